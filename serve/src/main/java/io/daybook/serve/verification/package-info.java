// SPDX-License-Identifier: Apache-2.0
/**
 * Compares every rollup with the user's own SELECTs, row for row and value for value.
 *
 * <p>Reads: the source's tables in a snapshot, the rollup views, freshness. Writes: a logical
 * message to the source's log, so that the watermark moves; {@code daybook.unverified}.
 */
package io.daybook.serve.verification;
