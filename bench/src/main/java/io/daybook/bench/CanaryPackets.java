// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.ExitCode;
import io.daybook.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine;

/**
 * Whether rollups are needed: {@code daybook canary --compare live,rollup} for the largest
 * workspace and for a small one, as an operator calls it. The packets are kept beside the report.
 */
final class CanaryPackets implements Scenario {
  private static final int DAYS = 90;
  private static final List<String> ROLLUPS = List.of("workspace_daily", "lead_daily");

  /** What a page promises that is looked at all day; the pages of the reference promise 1.5 s. */
  private static final double COLD_MS = 400;

  private static final double WARM_MS = 250;

  private static final String ENDPOINTS =
      """
      endpoints:
        - name: ninety days
          path: /api/rollups/workspace_daily
          days: %1$d
          slo: {coldMs: %2$s, warmMs: %3$s}
        - name: overview
          path: /api/analytics/overview
          workspace: clientId
          days: %1$d
          slo: {coldMs: %2$s, warmMs: %3$s}
      """
          .formatted(DAYS, COLD_MS, WARM_MS);

  @Override
  public String number() {
    return "16";
  }

  @Override
  public String title() {
    return "canary: live and rollup over HTTP, for a large workspace and a small one";
  }

  @Override
  public List<Result> run(Size size, Consumer<String> say) throws Exception {
    say.accept("loading the sample, scale " + size.scale());
    try (Site site = Site.start(size.scale(), ROLLUPS)) {
      site.verify();
      List<String> workspaces = site.workspaces();
      List<Result> results = new ArrayList<>();
      String large = workspaces.get(0);
      String small = workspaces.get(workspaces.size() - 1);
      results.addAll(packet(site, "large", large, "needed", say));
      results.addAll(packet(site, "small", small, "not-needed", say));
      return results;
    }
  }

  private static List<Result> packet(
      Site site, String which, String workspace, String expected, Consumer<String> say)
      throws Exception {
    Path endpoints = site.config().resolveSibling("endpoints.yaml");
    Path token = site.config().resolveSibling("token");
    Path packet = site.config().resolveSibling("canary-" + which + ".json");
    Path page = site.config().resolveSibling("canary-" + which + ".html");
    Files.writeString(endpoints, ENDPOINTS);
    Files.writeString(token, site.token());
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(err));
    int code =
        line.execute(
            "canary",
            "--config",
            site.config().toString(),
            "--base-url",
            site.http(),
            "--workspace",
            workspace,
            "--token",
            "file:" + token,
            "--endpoints",
            endpoints.toString(),
            "--compare",
            "live,rollup",
            "--out",
            packet.toString(),
            "--html",
            page.toString());
    if (code != ExitCode.TRUE && code != ExitCode.FALSE) {
      throw new IllegalStateException("the canary has failed: " + err);
    }
    JsonNode record = new ObjectMapper().readTree(packet.toFile());
    say.accept("the packet of the %s workspace: %s".formatted(which, packet));
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < record.get("decisions").size(); i++) {
      JsonNode decision = record.get("decisions").get(i);
      String live = record.at("/live/endpoints/" + i + "/verdict").asText();
      String rollup = record.at("/rollup/endpoints/" + i + "/verdict").asText();
      String precompute = decision.get("precompute").asText();
      String name = "16-%s-%s".formatted(which, decision.get("endpoint").asText());
      say.accept("%s: precompute %s; live %s, rollup %s".formatted(name, precompute, live, rollup));
      Map<String, Double> figures =
          Figures.of(
              "live cold p95 ms", ms(decision, "liveColdP95Ms"),
              "live warm p95 ms", ms(decision, "liveWarmP95Ms"),
              "rollup cold p95 ms", ms(decision, "rollupColdP95Ms"),
              "rollup warm p95 ms", ms(decision, "rollupWarmP95Ms"));
      results.add(
          Result.of(name, List.of(figures))
              .target(
                  "precompute %s, within %.0f ms cold, %.0f ms warm"
                      .formatted(expected, COLD_MS, WARM_MS),
                  precompute.equals(expected) && rollup.equals("go")));
    }
    return results;
  }

  private static double ms(JsonNode decision, String name) {
    if (!decision.path(name).isNumber()) {
      throw new IllegalStateException("no sample was answered in time: " + decision);
    }
    return decision.get(name).asDouble();
  }
}
