// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

/**
 * A value of Postgres' {@code interval}, whose three parts do not carry over into each other.
 *
 * @param microseconds with {@link #INFINITE} months, the sign of infinity
 */
public record Interval(int months, int days, long microseconds) implements Comparable<Interval> {
  private static final int INFINITE = Integer.MAX_VALUE;

  public static final Interval INFINITY = new Interval(INFINITE, 0, 1);
  public static final Interval NEGATIVE_INFINITY = new Interval(INFINITE, 0, -1);

  public boolean isInfinite() {
    return months == INFINITE;
  }

  /** Orders as Postgres does: a month counts 30 days, a day 24 hours. */
  @Override
  public int compareTo(Interval other) {
    int bySpan = Long.compare(spanDays(), other.spanDays());
    return bySpan != 0 ? bySpan : Long.compare(restMicroseconds(), other.restMicroseconds());
  }

  private long spanDays() {
    if (isInfinite()) {
      return microseconds > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return months * 30L + days + Math.floorDiv(microseconds, SqlText.MICROS_PER_DAY);
  }

  private long restMicroseconds() {
    return isInfinite() ? 0 : Math.floorMod(microseconds, SqlText.MICROS_PER_DAY);
  }
}
