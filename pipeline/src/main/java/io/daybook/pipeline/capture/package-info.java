// SPDX-License-Identifier: Apache-2.0
/**
 * Capture: brings every committed change of the used tables into their CDC topics, once and in
 * order, with fences and watermarks in band.
 *
 * <p>Reads: the source's write-ahead log (pgoutput, one slot and one publication), and its own
 * state topic. Writes: {@code <prefix>.<schema>.<table>} and {@code <prefix>.daybook.capture}.
 * Next: the topology, which reads the CDC topics.
 */
package io.daybook.pipeline.capture;
