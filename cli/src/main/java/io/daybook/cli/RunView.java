// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.LoadProgress;
import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.serve.mode.RollupStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code run} says while it runs: each change, and how far a load is now and then. */
final class RunView {
  private static final long SAY_EVERY_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long RESTORING_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

  private final Map<String, String> states = new LinkedHashMap<>();
  private boolean waiting;
  private boolean standbySaid;
  private long waitingSinceNanos;
  private LoadProgress load;
  private long readsBefore;
  private long saidNanos;
  private final Map<String, Long> restoringSaidNanos = new LinkedHashMap<>();

  /**
   * What is new about capture since the last look.
   *
   * @param nowNanos {@link System#nanoTime}
   */
  List<String> capture(CaptureStatus capture, long nowNanos) {
    List<String> lines = new ArrayList<>();
    boolean reads = capture.phase() == Phase.SNAPSHOT;
    boolean missed =
        capture.phase() == Phase.STREAMING
            && load == null
            && capture.counts().reads() > readsBefore;
    if (load == null && (reads || missed)) {
      load = new LoadProgress(nowNanos, readsBefore);
      saidNanos = nowNanos;
      lines.add("reading all tables (epoch %d)%s".formatted(capture.epoch(), estimate(capture)));
    } else if (load != null && reads && nowNanos - saidNanos >= SAY_EVERY_NANOS) {
      saidNanos = nowNanos;
      lines.add(load.line(capture, nowNanos));
    }
    if (load != null && capture.phase() == Phase.STREAMING) {
      lines.add(
          "all tables read: %,d rows in %.0f s"
              .formatted(load.rows(capture), load.seconds(nowNanos)));
    }
    if (capture.phase() == Phase.STREAMING || capture.phase() == Phase.RETRYING) {
      readsBefore = capture.counts().reads();
      load = null;
    }
    standby(capture, nowNanos, lines);
    return lines;
  }

  /** Every start waits for the lock a moment. */
  private void standby(CaptureStatus capture, long nowNanos, List<String> lines) {
    if (capture.phase() != Phase.WAITING) {
      waiting = false;
      standbySaid = false;
    } else if (!waiting) {
      waiting = true;
      waitingSinceNanos = nowNanos;
    } else if (!standbySaid && nowNanos - waitingSinceNanos >= SAY_EVERY_NANOS) {
      standbySaid = true;
      lines.add("capture stands by: another one holds the lock");
    }
  }

  /** Tables that were never analysed have none. */
  private static String estimate(CaptureStatus capture) {
    long rows = capture.snapshotRowsEstimated();
    return rows > 0 ? ": about %,d rows".formatted(rows) : "";
  }

  /**
   * How far state is restored, now and then; nothing of what takes less than a moment.
   *
   * @param restoring what to say, by rollup
   * @param nowNanos {@link System#nanoTime}
   */
  List<String> restoring(Map<String, String> restoring, long nowNanos) {
    List<String> lines = new ArrayList<>();
    restoringSaidNanos.keySet().retainAll(restoring.keySet());
    restoring.forEach(
        (rollup, what) -> {
          long since = restoringSaidNanos.computeIfAbsent(rollup, first -> nowNanos);
          if (nowNanos - since >= RESTORING_EVERY_NANOS) {
            restoringSaidNanos.put(rollup, nowNanos);
            lines.add("aggregate " + rollup + " " + what);
          }
        });
    return lines;
  }

  /** What is new about the rollups since the last look. */
  List<String> rollups(List<RollupStatus> rollups) {
    List<String> lines = new ArrayList<>();
    for (RollupStatus each : rollups) {
      String before = states.put(each.name(), each.state());
      if (before == null) {
        lines.add(each.name() + ": " + each.state());
      } else if (!before.equals(each.state())) {
        lines.add("%s: %s → %s".formatted(each.name(), before, each.state()));
      }
    }
    return lines;
  }
}
