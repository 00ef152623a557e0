// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.text;

import java.time.Duration;

/** Times as messages and tables show them. */
public final class Durations {
  private static final long LARGEST_OF_A_UNIT = 2;

  private Durations() {}

  /**
   * In one unit or two, as precise as people want it: {@code 180 ms}, {@code 71 s}, {@code 5 min}.
   */
  public static String text(Duration time) {
    if (time.isNegative()) {
      return "-" + text(time.negated());
    }
    if (time.toSeconds() == 0) {
      return time.toMillis() + " ms";
    }
    if (time.toMinutes() < LARGEST_OF_A_UNIT) {
      return time.toSeconds() + " s";
    }
    if (time.toHours() < LARGEST_OF_A_UNIT) {
      return pair(time.toMinutes(), "min", time.toSecondsPart(), "s");
    }
    return time.toDays() < LARGEST_OF_A_UNIT
        ? pair(time.toHours(), "h", time.toMinutesPart(), "min")
        : pair(time.toDays(), "days", time.toHoursPart(), "h");
  }

  private static String pair(long large, String unit, long rest, String smaller) {
    return rest == 0
        ? "%d %s".formatted(large, unit)
        : "%d %s %d %s".formatted(large, unit, rest, smaller);
  }
}
