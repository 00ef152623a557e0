// SPDX-License-Identifier: Apache-2.0
/**
 * What stands between the rollup tables and those who read them.
 *
 * <p>Reads: the schema {@code daybook} and, to verify, the source. Writes: the schema itself, the
 * switch. Next: API readers, through {@code daybook.read_<rollup>}.
 */
package io.daybook.serve;
