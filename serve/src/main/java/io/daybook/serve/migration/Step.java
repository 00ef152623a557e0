// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

/**
 * Something that the target database must have.
 *
 * @param what in words: {@code table daybook.progress}
 * @param sql what brings it about; one or more statements
 * @param needed false when it is there already
 */
public record Step(String what, String sql, boolean needed) {}
