// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.serve.canary.CanaryReport;
import io.daybook.serve.canary.Comparison;
import io.daybook.serve.canary.EndpointResult;
import io.daybook.serve.canary.PhaseResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How {@code canary} shows what it has measured. */
final class CanaryText {
  private static final String ROW = "  %-28s %-5s %9s %9s %9s %9s %9s %9s %6s";

  private CanaryText() {}

  /** A line for each endpoint and phase, then why it is a no-go. */
  static List<String> lines(CanaryReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, workspace %s%s, seed %d"
            .formatted(
                report.baseUrl(),
                report.workspace(),
                report.mode() == null ? "" : ", mode " + report.mode(),
                report.seed()));
    lines.add(
        ROW.formatted("", "", "samples", "p50 ms", "p95 ms", "slo ms", "gap ms", "server", "hits"));
    for (EndpointResult each : report.endpoints()) {
      lines.add(row(each.name(), each.cold()));
      lines.add(row("", each.warm()));
      each.reasons().forEach(reason -> lines.add("    ! " + reason));
    }
    lines.add(report.go() ? "GO" : "NO-GO");
    return lines;
  }

  /** Both, and whether precompute is needed. */
  static List<String> lines(Comparison comparison) {
    List<String> lines = new ArrayList<>(lines(comparison.live()));
    lines.addAll(lines(comparison.rollup()));
    for (Comparison.Decision each : comparison.decisions()) {
      lines.add(
          "  %-28s precompute %s: cold p95 live %s ms, rollup %s ms"
              .formatted(
                  each.endpoint(),
                  each.precompute(),
                  number(each.liveColdP95Ms()),
                  number(each.rollupColdP95Ms())));
    }
    return lines;
  }

  private static String row(String name, PhaseResult phase) {
    return ROW.formatted(
        name,
        phase.phase().text(),
        phase.samples() + "/" + phase.wanted(),
        number(phase.p50Ms()),
        number(phase.p95Ms()),
        number(phase.sloMs()),
        number(phase.gapMs()),
        number(phase.headerP95Ms()),
        phase.hitRate() == null ? "-" : Math.round(phase.hitRate() * 100) + "%");
  }

  private static String number(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.1f", value);
  }
}
