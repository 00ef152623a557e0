// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

/**
 * A rollup whose readers get the live query until a verification has found no difference.
 *
 * @param rollup its name
 * @param generation the current one
 * @param epoch what is read again: it must be complete in it, or in a later one
 * @param complete whether it is
 * @param due whether to verify it now; after a try that was in vain, not at once again
 * @param finding what the last try has found, null where there was none in this epoch
 */
public record Unverified(
    String rollup, int generation, int epoch, boolean complete, boolean due, String finding) {}
