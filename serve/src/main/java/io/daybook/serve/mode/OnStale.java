// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What readers get of a rollup that is further behind than the freshness limit. */
public enum OnStale {
  /** The live query. */
  LIVE,
  /** The rollup as it is, with how far it is complete: a busy source is not asked. */
  ROLLUP,
  /** An error. */
  ERROR;

  /** As tables and users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what users write.
   *
   * @throws IllegalArgumentException with what it may be
   */
  public static OnStale parse(String text) {
    for (OnStale each : values()) {
      if (each.text().equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException("'" + text + "' should be live, rollup or error");
  }

  /**
   * That of all rollups.
   *
   * @param usual where a rollup has none of its own
   * @param ofRollups by name
   */
  public record Policy(OnStale usual, Map<String, OnStale> ofRollups) {
    public static final Policy USUAL = new Policy(LIVE, Map.of());

    public Policy {
      ofRollups = new TreeMap<>(ofRollups);
    }

    /** {@code live, orders_daily=error}. */
    @Override
    public String toString() {
      return usual.text()
          + ofRollups.entrySet().stream()
              .map(each -> ", " + each.getKey() + "=" + each.getValue().text())
              .collect(joining());
    }
  }
}
