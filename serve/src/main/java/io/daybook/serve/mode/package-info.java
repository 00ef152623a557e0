// SPDX-License-Identifier: Apache-2.0
/**
 * The switch between rollup and live query, and how each rollup stands.
 *
 * <p>Reads: freshness, control, note. Writes: control and its history.
 */
package io.daybook.serve.mode;
