// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.schemas.text.Durations;
import java.time.Duration;

/** How far the reading of all tables is, in words. */
public final class LoadProgress {
  private static final double NANOS = 1e9;

  private final long startedNanos;
  private final long readsBefore;

  /**
   * Begins one.
   *
   * @param readsBefore rows of earlier loads of this process
   */
  public LoadProgress(long startedNanos, long readsBefore) {
    this.startedNanos = startedNanos;
    this.readsBefore = readsBefore;
  }

  /** Rows, rate and the time that is left by the planner's estimate, where there is one. */
  public String line(CaptureStatus capture, long nowNanos) {
    long rows = rows(capture);
    long total = capture.snapshotRowsEstimated();
    if (capture.phase() != CaptureStatus.Phase.SNAPSHOT) {
      return "  catching up …";
    }
    double rate = rows / Math.max(seconds(nowNanos), 1 / NANOS);
    if (total <= rows) {
      return "  %,d rows read, %,.0f rows/s".formatted(rows, rate);
    }
    String left =
        rows == 0
            ? ""
            : ", about %s left"
                .formatted(Durations.text(Duration.ofSeconds((long) ((total - rows) / rate))));
    return "  %,d of about %,d rows read, %,.0f rows/s%s".formatted(rows, total, rate, left);
  }

  /** What this load has read. */
  public long rows(CaptureStatus capture) {
    return capture.counts().reads() - readsBefore;
  }

  /** Since it began. */
  public double seconds(long nowNanos) {
    return (nowNanos - startedNanos) / NANOS;
  }
}
