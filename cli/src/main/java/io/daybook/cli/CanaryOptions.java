// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.serve.canary.Canary;
import io.daybook.serve.canary.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import picocli.CommandLine.Option;

/** What a canary needs to know, for the verbs that have one. */
final class CanaryOptions {
  @Option(names = "--base-url", paramLabel = "URL", description = "Of the server; paths follow it.")
  private URI baseUrl;

  @Option(names = "--workspace", paramLabel = "W", description = "To ask for.")
  private String workspace;

  @Option(
      names = "--token",
      paramLabel = "T",
      description = "Bearer token, or file:/path of a file with it, which 'ps' does not show.")
  private String token;

  @Option(
      names = "--cookie",
      paramLabel = "C",
      description = "Cookie header instead, or file:/path.")
  private String cookie;

  @Option(
      names = "--endpoints",
      paramLabel = "FILE",
      description = "YAML; default: every rollup of GET /api/rollups.")
  private Path endpoints;

  @Option(
      names = "--cold",
      paramLabel = "N",
      defaultValue = "8",
      description = "Cold samples of each endpoint (default: ${DEFAULT-VALUE}).")
  private int cold;

  @Option(
      names = "--warm",
      paramLabel = "N",
      defaultValue = "8",
      description = "Warm samples of each endpoint (default: ${DEFAULT-VALUE}).")
  private int warm;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the cold windows; default: a new one, which is recorded.")
  private Long seed;

  @Option(
      names = "--until",
      paramLabel = "DAY",
      description = "Last day of the warm window; default: today, in UTC.")
  private LocalDate until;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "30",
      description = "Seconds until a request is an error (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Option(
      names = "--header-prefix",
      paramLabel = "P",
      defaultValue = "x-zrg-",
      description = "Of the headers cache, duration-ms, read-source (default: ${DEFAULT-VALUE}).")
  private String headerPrefix;

  String workspace() {
    return workspace;
  }

  void requireMeant() {
    if (baseUrl == null || workspace == null) {
      throw new IllegalArgumentException("--base-url and --workspace are needed");
    }
    if (cold < 1 || warm < 1 || timeout < 1) {
      throw new IllegalArgumentException(
          "--cold %d, --warm %d, --timeout %d: each goes from 1 on".formatted(cold, warm, timeout));
    }
    if (token != null && cookie != null) {
      throw new IllegalArgumentException("--token or --cookie, not both");
    }
    if (!String.valueOf(baseUrl.getScheme()).matches("https?")
        || baseUrl.getHost() == null
        || baseUrl.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "--base-url should look like https://app.example.com, without user and password");
    }
  }

  /**
   * What they say; asks the server for its rollups where no file lists endpoints.
   *
   * @param rollup only this one of them; null for all
   */
  Canary.Settings settings(String rollup) throws IOException, InterruptedException {
    Map<String, String> headers = headers();
    Duration within = Duration.ofSeconds(timeout);
    List<Endpoint> asked =
        endpoints == null
            ? CanaryEndpoints.ofApi(baseUrl, headers, within, rollup)
            : CanaryEndpoints.read(endpoints);
    return new Canary.Settings(
        baseUrl,
        workspace,
        headers,
        headerPrefix,
        asked,
        cold,
        warm,
        seed == null ? new Random().nextInt(1_000_000) : seed,
        until == null ? LocalDate.now(ZoneOffset.UTC) : until,
        within);
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    if (token != null) {
      headers.put("Authorization", "Bearer " + kept(token));
    } else if (cookie != null) {
      headers.put("Cookie", kept(cookie));
    }
    return headers;
  }

  private static String kept(String text) throws IOException {
    String kept =
        text.startsWith("file:")
            ? Files.readString(Path.of(text.substring("file:".length())))
            : text;
    if (!kept.strip().matches("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?")) {
      throw new IllegalArgumentException("--token or --cookie has what no header can have");
    }
    return kept.strip();
  }
}
