// SPDX-License-Identifier: Apache-2.0
/**
 * One answer of a rollup, from the table or live, and what says which.
 *
 * <p>Reads: the read functions, the switch, freshness; the source where it is another database.
 */
package io.daybook.serve.read;
