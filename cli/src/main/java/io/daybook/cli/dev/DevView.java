// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import io.daybook.pipeline.topology.Counters;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.sink.SinkStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Draws looks one over the other on a terminal; elsewhere it prints a line now and then. */
public final class DevView {
  private static final int LOOKS_PER_LINE = 5;
  private static final String UP = "\u001b[%dA";
  private static final String REST_OF_LINE = "\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private DevLook before;
  private long beforeNanos;
  private int drawn;
  private int looks;

  public DevView(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  public void show(DevLook look) {
    long now = System.nanoTime();
    double seconds = before == null ? 1 : (now - beforeNanos) / 1e9;
    List<String> lines = lines(look, before == null ? look : before, seconds);
    if (terminal) {
      if (drawn > 0) {
        out.printf(UP, drawn);
      }
      lines.forEach(line -> out.println(line + REST_OF_LINE));
      drawn = lines.size();
    } else if (looks++ % LOOKS_PER_LINE == 0) {
      out.println(line(look));
    }
    out.flush();
    before = look;
    beforeNanos = now;
  }

  private static List<String> lines(DevLook look, DevLook before, double seconds) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "Postgres   %6.0f row changes/s by the live load, %,d in all"
            .formatted((look.changes() - before.changes()) / seconds, look.changes()));
    lines.add(
        "  capture  %6.0f changes/s to Kafka, %,d in all; %s, epoch %d"
            .formatted(
                (look.captured() - before.captured()) / seconds,
                look.captured(),
                look.capture().phase().name().toLowerCase(java.util.Locale.ROOT),
                look.capture().epoch()));
    for (SinkStatus.OfRollup sink : look.sink().rollups()) {
      lines.add(
          "  %-20s %,9d results, sink lags %s records, %,d rows written"
              .formatted(
                  Rollup.label(sink.rollup(), sink.generation()),
                  results(look, sink),
                  sink.lagRecords().isPresent() ? sink.lagRecords().getAsLong() : "?",
                  sink.rowsWritten()));
      sink.problem().ifPresent(each -> lines.add("    ! " + each.what()));
    }
    for (RollupStatus rollup : look.rollups()) {
      lines.add(
          "  %-20s %,9d rows, %s, complete through %s, %s ms ago"
              .formatted(
                  rollup.name(),
                  look.rows().get(rollup.name()),
                  rollup.state(),
                  rollup.completeThrough(),
                  rollup.lagMs()));
    }
    lines.add(
        "Redis      versions grew by %,d (%+.0f/s), %d notes wait"
            .formatted(
                look.bumps(),
                (look.bumps() - before.bumps()) / seconds,
                look.sink().cache().notesPending()));
    look.sink().cache().problem().ifPresent(each -> lines.add("    ! " + each.what()));
    look.sink()
        .cache()
        .lastLoss()
        .ifPresent(each -> lines.add("    %s, at %s".formatted(each.what(), each.since())));
    lines.add("Verdict    " + look.verdict());
    return lines;
  }

  /** None where this generation has only just begun, or ended. */
  private static long results(DevLook look, SinkStatus.OfRollup sink) {
    Counters counters = look.aggregate().get(Rollup.label(sink.rollup(), sink.generation()));
    return counters == null ? 0 : counters.results();
  }

  private static String line(DevLook look) {
    StringBuilder text = new StringBuilder();
    text.append("%,d changes, %,d captured".formatted(look.changes(), look.captured()));
    for (RollupStatus rollup : look.rollups()) {
      text.append(
          "; %s %s, %,d rows, %s ms behind"
              .formatted(
                  rollup.name(), rollup.state(), look.rows().get(rollup.name()), rollup.lagMs()));
    }
    return text.append("; ")
        .append(look.bumps())
        .append(" bumps; ")
        .append(look.verdict())
        .toString();
  }
}
