// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Counts of one rollup: written by its thread, read by any. */
final class RollupMeter {
  private long rowsWritten;
  private long rowsDeleted;
  private long batches;
  private long retries;
  private long fenced;
  private Duration lastBatch = Duration.ZERO;
  private OptionalLong lagRecords = OptionalLong.empty();

  synchronized void wrote(BatchWriter.Written written, Duration took) {
    rowsWritten += written.upserts();
    rowsDeleted += written.deletes();
    batches++;
    lastBatch = took;
  }

  synchronized void retried() {
    retries++;
  }

  synchronized void fenced() {
    fenced++;
  }

  synchronized void lags(OptionalLong records) {
    lagRecords = records;
  }

  synchronized SinkStatus.OfRollup snapshot(
      Rollup rollup, int partitions, Optional<SinkStatus.Problem> problem) {
    return new SinkStatus.OfRollup(
        rollup.name(),
        rollup.generation(),
        partitions,
        rowsWritten,
        rowsDeleted,
        batches,
        retries,
        fenced,
        lastBatch,
        lagRecords,
        problem);
  }
}
