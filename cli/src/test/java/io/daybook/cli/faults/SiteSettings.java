// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a site is laid out.
 *
 * @param captures processes of the role, of which one works
 * @param rate statements of the load a second
 * @param freshnessLimit further behind, readers must be told so
 * @param more lines of daybook.yaml besides the addresses
 */
record SiteSettings(
    int captures,
    int aggregates,
    int sinks,
    int rate,
    Duration freshnessLimit,
    Map<String, String> more) {

  private static final String LISTEN = "http.listen";

  /** One capture, two aggregates, two sinks, a freshness limit of ten seconds. */
  static SiteSettings usual() {
    return new SiteSettings(1, 2, 2, 200, Duration.ofSeconds(10), Map.of());
  }

  SiteSettings with(String key, String value) {
    Map<String, String> lines = new TreeMap<>(more);
    lines.put(key, value);
    return new SiteSettings(captures, aggregates, sinks, rate, freshnessLimit, lines);
  }

  /** The same with the API. */
  SiteSettings withApi(int port, String secret) {
    return with(LISTEN, "127.0.0.1:" + port).with("http.auth.secret", secret);
  }

  boolean hasApi() {
    return more.containsKey(LISTEN);
  }

  SiteSettings withCaptures(int processes) {
    return new SiteSettings(processes, aggregates, sinks, rate, freshnessLimit, more);
  }

  SiteSettings withAggregates(int processes) {
    return new SiteSettings(captures, processes, sinks, rate, freshnessLimit, more);
  }

  SiteSettings withRate(int statementsPerSecond) {
    return new SiteSettings(captures, aggregates, sinks, statementsPerSecond, freshnessLimit, more);
  }
}
