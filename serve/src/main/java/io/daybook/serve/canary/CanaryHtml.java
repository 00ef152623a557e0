// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;

/** A report to look at: for each endpoint its samples on a line of time, and what was promised. */
public final class CanaryHtml {
  private static final int WIDTH = 640;
  private static final int ROW = 46;
  private static final int LEFT = 50;
  private static final int RIGHT = 20;

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>Canary: %1$s</title>
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
      h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 2rem 0 .2rem }
      .go { color: #0a6b2d } .no-go { color: #b00020 }
      table { border-collapse: collapse; width: 100%% }
      th, td { text-align: right; padding: .15rem .6rem; border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums }
      th:first-child, td:first-child { text-align: left }
      svg { max-width: 100%%; height: auto } svg text { font-size: 11px; fill: #444 }
      details { margin: .5rem 0 }
      </style>
      </head>
      <body>
      %2$s
      </body>
      </html>
      """;

  private CanaryHtml() {}

  /** Of one run. */
  public static String page(CanaryReport report) {
    return PAGE.formatted(escaped(report.workspace()), body(report));
  }

  /** Of both modes. */
  public static String page(Comparison comparison) {
    StringBuilder body = new StringBuilder("<h1>Is precompute needed?</h1>\n<table>\n");
    body.append(
        "<tr><th>endpoint</th><th>precompute</th><th>live cold p95, ms</th>"
            + "<th>rollup cold p95, ms</th><th>live warm p95, ms</th>"
            + "<th>rollup warm p95, ms</th></tr>\n");
    for (Comparison.Decision each : comparison.decisions()) {
      body.append(
          row(
              List.of(
                  each.endpoint(),
                  each.precompute(),
                  number(each.liveColdP95Ms()),
                  number(each.rollupColdP95Ms()),
                  number(each.liveWarmP95Ms()),
                  number(each.rollupWarmP95Ms()))));
    }
    body.append("</table>\n").append(body(comparison.live())).append(body(comparison.rollup()));
    return PAGE.formatted(escaped(comparison.live().workspace()), body);
  }

  private static String body(CanaryReport report) {
    StringBuilder body = new StringBuilder();
    body.append(
        "<h1>%s, workspace %s%s: <span class=\"%s\">%s</span></h1>\n"
            .formatted(
                escaped(report.baseUrl()),
                escaped(report.workspace()),
                report.mode() == null ? "" : ", mode " + escaped(report.mode()),
                report.verdict(),
                report.verdict()));
    body.append(
        "<p>%s to %s, seed %d</p>\n"
            .formatted(report.startedAt(), report.endedAt(), report.seed()));
    report.endpoints().forEach(each -> body.append(endpoint(each)));
    return body.toString();
  }

  private static String endpoint(EndpointResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        "<h2>%s: <span class=\"%s\">%s</span></h2>\n"
            .formatted(escaped(result.name()), result.verdict(), result.verdict()));
    result.reasons().forEach(each -> text.append("<p>" + escaped(each) + "</p>\n"));
    text.append(drawing(result));
    text.append(
        "<table>\n<tr><th></th><th>samples</th><th>p50, ms</th><th>p95, ms</th><th>promised, ms</th>"
            + "<th>gap, ms</th><th>server's p95, ms</th><th>hit rate</th></tr>\n");
    for (PhaseResult each : List.of(result.cold(), result.warm())) {
      text.append(
          row(
              List.of(
                  each.phase().text(),
                  each.samples() + " of " + each.wanted(),
                  number(each.p50Ms()),
                  number(each.p95Ms()),
                  number(each.sloMs()),
                  number(each.gapMs()),
                  number(each.headerP95Ms()),
                  each.hitRate() == null ? "–" : "%.0f %%".formatted(each.hitRate() * 100))));
    }
    text.append("</table>\n<details><summary>Requests</summary>\n<table>\n");
    text.append(
        "<tr><th>phase</th><th>window</th><th>status</th><th>cache</th><th>source</th>"
            + "<th>ms</th><th>server's ms</th><th>request id</th></tr>\n");
    for (Sample each : result.samples()) {
      text.append(
          row(
              List.of(
                  each.phase().text(),
                  each.from() + " – " + each.to(),
                  Integer.toString(each.status()),
                  orDash(each.cache()),
                  orDash(each.source()),
                  number(each.wallMs()),
                  number(each.headerMs()),
                  each.problem() == null ? orDash(each.requestId()) : each.problem())));
    }
    return text.append("</table>\n</details>\n").toString();
  }

  /**
   * A row for each phase: a dot for each sample, a line for the percentile and what is promised.
   */
  private static String drawing(EndpointResult result) {
    List<PhaseResult> phases = List.of(result.cold(), result.warm());
    double most =
        Math.max(
            phases.stream().mapToDouble(PhaseResult::sloMs).max().orElse(1),
            result.samples().stream().mapToDouble(Sample::wallMs).max().orElse(1));
    StringBuilder svg = new StringBuilder();
    int height = ROW * phases.size() + 10;
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, height, WIDTH, escaped(result.name())));
    for (int i = 0; i < phases.size(); i++) {
      PhaseResult phase = phases.get(i);
      int y = ROW * i + 28;
      svg.append("<text x=\"0\" y=\"%d\">%s</text>\n".formatted(y + 4, phase.phase().text()));
      svg.append(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#bbb\"/>\n"
              .formatted(LEFT, WIDTH - RIGHT, y, y));
      mark(svg, x(phase.sloMs(), most), y, "#b00020", "promised %.0f".formatted(phase.sloMs()));
      if (phase.p95Ms() != null) {
        mark(svg, x(phase.p95Ms(), most), y, "#1558b0", "p95 " + number(phase.p95Ms()));
      }
      for (Sample each : result.samples()) {
        if (each.phase() == phase.phase()) {
          svg.append(
              "<circle cx=\"%s\" cy=\"%d\" r=\"4\" fill=\"%s\" fill-opacity=\"0.55\"/>\n"
                  .formatted(
                      number(x(each.wallMs(), most)), y, each.counts() ? "#1558b0" : "#b00020"));
        }
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private static void mark(StringBuilder svg, double x, int y, String color, String text) {
    boolean end = x > WIDTH - 100;
    svg.append(
        "<line x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"%4$s\"/>\n"
            .formatted(number(x), y - 12, y + 10, color));
    svg.append(
        "<text x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s ms</text>\n"
            .formatted(number(x), y - 14, end ? "end" : "start", text));
  }

  private static double x(double ms, double most) {
    return LEFT + ms / most * (WIDTH - LEFT - RIGHT);
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(each -> "<td>" + escaped(each) + "</td>")
        .collect(joining("", "<tr>", "</tr>\n"));
  }

  private static String number(Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String orDash(String text) {
    return text == null ? "–" : text;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
