// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a sink has done since its start, and what keeps it from going on. */
public record SinkStatus(List<OfRollup> rollups, OfCache cache) {

  /**
   * One rollup's consumer.
   *
   * @param partitions how many this sink holds now
   * @param rowsWritten upserts committed
   * @param rowsDeleted rows removed
   * @param retries batches and takeovers that were rolled back to be tried again
   * @param fenced times another sink turned out to have taken a partition over
   * @param lastBatch time of the last transaction
   * @param lagRecords records of the held partitions still to read; empty while unknown
   */
  public record OfRollup(
      String rollup,
      int generation,
      int partitions,
      long rowsWritten,
      long rowsDeleted,
      long batches,
      long retries,
      long fenced,
      Duration lastBatch,
      OptionalLong lagRecords,
      Optional<Problem> problem) {}

  /**
   * The cache versions.
   *
   * @param bumps increments that Redis has acknowledged
   * @param notesPending workspaces that wait for theirs, as of the last look
   * @param lastLoss what Redis was last seen to have lost, when, and how many versions were lifted
   */
  public record OfCache(
      long bumps, long notesPending, Optional<Problem> problem, Optional<Problem> lastLoss) {}

  /** What is wrong, and since when without a break. */
  public record Problem(String what, Instant since) {}
}
