// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

/**
 * Something that the source must have, or must have no longer.
 *
 * @param what in words: {@code publication daybook}
 * @param sql the statement that brings it about
 * @param runner in words, who may run it
 * @param ours whether the source's user may
 */
public record SourceStep(String what, String sql, String runner, boolean ours) {}
