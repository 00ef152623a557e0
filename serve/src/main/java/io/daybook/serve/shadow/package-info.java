// SPDX-License-Identifier: Apache-2.0
/**
 * Reads that are answered live and compared with the rollup, before anybody gets it.
 *
 * <p>Reads: rollup tables, the source. Writes: {@code daybook.shadow}.
 */
package io.daybook.serve.shadow;
