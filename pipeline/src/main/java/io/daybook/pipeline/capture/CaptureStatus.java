// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;

/**
 * Capture at one instant. Counts are of changes that are committed to Kafka, since the start of
 * this process; a change of a primary key counts as one update.
 *
 * @param epoch number of the current snapshot, 0 before it is known
 * @param snapshotRowsEstimated how many rows the snapshot will read, by the planner's statistics
 * @param watermark the last one written, null before the first
 * @param committed everything that committed up to here is in Kafka; null before that is known
 * @param problem why it has failed or tries again, until it works again; else null
 */
public record CaptureStatus(
    Phase phase,
    int epoch,
    Counts counts,
    long snapshotRowsEstimated,
    Watermark watermark,
    Lsn committed,
    String problem) {

  /** What capture is doing. */
  public enum Phase {
    /** Another capture holds the lock: a standby. */
    WAITING,
    STARTING,
    SNAPSHOT,
    STREAMING,
    /** It failed and will try again shortly. */
    RETRYING,
    /** It failed for good. */
    FAILED,
    STOPPED
  }

  /**
   * Changes by kind; {@code reads} are rows of a snapshot, {@code reselects} are updates of a
   * primary key for which the source was asked for large values.
   */
  public record Counts(
      long inserts, long updates, long deletes, long truncates, long reads, long reselects) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    Counts plus(Counts more) {
      return new Counts(
          inserts + more.inserts,
          updates + more.updates,
          deletes + more.deletes,
          truncates + more.truncates,
          reads + more.reads,
          reselects + more.reselects);
    }
  }
}
