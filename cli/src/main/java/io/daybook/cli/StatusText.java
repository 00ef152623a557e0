// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.StatusReport;
import io.daybook.schemas.text.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How {@code status} shows an installation. */
final class StatusText {
  private static final long MEGABYTE = 1L << 20;

  private StatusText() {}

  /**
   * A line for each rollup, stage and server, then what is wrong.
   *
   * @param now when the report was made
   */
  static List<String> lines(StatusReport report, Instant now) {
    List<String> lines = new ArrayList<>();
    report.rollups().forEach(each -> lines.add(rollup(each)));
    report.generations().stream()
        .filter(each -> isOneOfSeveral(each, report.generations()))
        .forEach(each -> lines.add(generation(each, now)));
    report
        .stages()
        .forEach(
            each ->
                lines.add(
                    "  %-34s lag %d records (markers included)"
                        .formatted(each.name(), each.lagEvents())));
    lines.add(slot(report.slot()));
    lines.add(cache(report.cache()));
    for (StatusReport.Problem each : report.problems()) {
      lines.add("! " + each.what());
      lines.add("    " + since(each.since(), now) + "readers get " + each.readersGet());
      lines.add("    " + each.remedy());
    }
    lines.add(report.healthy() ? "healthy" : "UNHEALTHY");
    return lines;
  }

  private static String rollup(StatusReport.OfRollup rollup) {
    return "%-24s %-9s mode %s  generation %d  %s"
        .formatted(
            rollup.name(),
            rollup.state(),
            mode(rollup),
            rollup.generation(),
            rollup.completeThrough() == null
                ? "complete through -"
                : "complete through %s (%s ago)"
                    .formatted(
                        rollup.completeThrough(),
                        Durations.text(Duration.ofMillis(rollup.lagMs()))));
  }

  private static boolean isOneOfSeveral(
      StatusReport.OfGeneration one, List<StatusReport.OfGeneration> all) {
    return all.stream().filter(each -> each.rollup().equals(one.rollup())).count() > 1;
  }

  private static String generation(StatusReport.OfGeneration one, Instant now) {
    StringBuilder line = new StringBuilder();
    line.append(
        "  %-34s %s, %s"
            .formatted(
                "%s generation %d".formatted(one.rollup(), one.generation()),
                one.phase(),
                bytes(one.bytes())));
    if (one.replayed() != null) {
      line.append("; ").append(one.replayed().text(Duration.between(one.askedAt(), now)));
    }
    if (one.leavesAt() != null) {
      line.append(" until ").append(one.leavesAt());
    }
    return line.append(one.finding() == null ? "" : "; " + one.finding()).toString();
  }

  private static String mode(StatusReport.OfRollup rollup) {
    long own = rollup.workspacesWithOwnMode();
    return rollup.mode()
        + (rollup.mode().equals("live") ? " (the switch: readers get the live query)" : "")
        + (own == 0 ? "" : " (%d workspaces have their own)".formatted(own));
  }

  private static String slot(StatusReport.Slot slot) {
    if (slot.walStatus() == null) {
      return "  slot %s: -".formatted(slot.name());
    }
    return "  slot %s: %s, holds %s of WAL"
        .formatted(slot.name(), slot.walStatus(), bytes(slot.retainedBytes()));
  }

  private static String bytes(long bytes) {
    return bytes < MEGABYTE ? bytes + " bytes" : bytes / MEGABYTE + " MB";
  }

  private static String cache(StatusReport.Cache cache) {
    return cache.notesPending() == null
        ? "  cache: -"
        : "  cache: %d workspaces wait for their increment".formatted(cache.notesPending());
  }

  private static String since(Instant since, Instant now) {
    return since == null
        ? ""
        : "since %s (%s); ".formatted(since, Durations.text(Duration.between(since, now)));
  }
}
