// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.pipeline.topology.Counters;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.sink.SinkStatus;
import java.util.List;
import java.util.Map;

/**
 * A running {@code dev} at one instant.
 *
 * @param changes committed by the live load so far
 * @param rows of each rollup
 * @param bumps growth of the cache versions since the load began
 * @param verdict of the last verification, in words
 */
public record DevLook(
    long changes,
    CaptureStatus capture,
    Map<String, Counters> aggregate,
    SinkStatus sink,
    List<RollupStatus> rollups,
    Map<String, Long> rows,
    long bumps,
    String verdict) {

  /** Changes that capture has written to Kafka since it started, the snapshot aside. */
  long captured() {
    CaptureStatus.Counts counts = capture.counts();
    return counts.inserts() + counts.updates() + counts.deletes();
  }
}
