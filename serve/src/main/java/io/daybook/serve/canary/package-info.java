// SPDX-License-Identifier: Apache-2.0
/**
 * Measures endpoints from outside, as their readers do, and says whether they keep what was
 * promised.
 *
 * <p>Reads: answers of any server that has the headers. Writes: nothing.
 */
package io.daybook.serve.canary;
