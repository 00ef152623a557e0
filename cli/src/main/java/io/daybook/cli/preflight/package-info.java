// SPDX-License-Identifier: Apache-2.0
/**
 * Says before anything starts what on the configured servers would keep Daybook from working, with
 * the remedy for each. Reads: all of them. Writes: nothing.
 */
package io.daybook.cli.preflight;
