// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.Interval;
import io.daybook.schemas.catalogue.SqlText;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Intervals, and timestamps moved by them.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html">Date/time types</a>
 */
final class Intervals {
  private static final String AMOUNT = "([+-]?\\d{1,9})\\s*([a-z]+)";
  private static final String TIME = "([+-]?)(\\d{1,9}):([0-5]\\d)(?::([0-5]\\d(?:\\.\\d{1,6})?))?";
  private static final Pattern PART = Pattern.compile("\\s*(?:" + AMOUNT + "|" + TIME + ")");

  private static final Pattern SECONDS = Pattern.compile("[+-]?\\d{1,9}");

  private static final Map<String, Integer> MONTHS =
      Map.of("year", 12, "month", 1, "mon", 1, "decade", 120, "century", 1200);
  private static final Map<String, Integer> DAYS = Map.of("week", 7, "day", 1);
  private static final Map<String, Long> MICROS =
      Map.of(
          "hour", 3_600_000_000L,
          "minute", 60_000_000L,
          "min", 60_000_000L,
          "second", 1_000_000L,
          "sec", 1_000_000L,
          "millisecond", 1_000L,
          "microsecond", 1L);

  private Intervals() {}

  /**
   * Reads whole amounts of units and a time of day: {@code 1 year 2 mons -3 days 04:05:06.7}; a
   * number alone is seconds.
   *
   * @throws IllegalArgumentException for any other form
   */
  static Interval parse(String text) {
    if (SECONDS.matcher(text.strip()).matches()) {
      return new Interval(0, 0, Long.parseLong(text.strip()) * MICROS.get("second"));
    }
    Matcher part = PART.matcher(text.toLowerCase(Locale.ROOT).strip());
    Interval sum = new Interval(0, 0, 0);
    int end = 0;
    while (end < part.regionEnd()) {
      if (!part.find(end) || part.start() != end) {
        throw new IllegalArgumentException("'" + text + "' is no interval of whole units");
      }
      sum = plus(sum, part.group(2) == null ? time(part) : amount(part, text));
      end = part.end();
    }
    if (end == 0) {
      throw new IllegalArgumentException("'' is no interval");
    }
    return sum;
  }

  private static Interval amount(Matcher part, String text) {
    int number = Integer.parseInt(part.group(1));
    String unit = part.group(2).replaceFirst("s$", "");
    unit = unit.equals("centurie") ? "century" : unit;
    if (MONTHS.containsKey(unit)) {
      return new Interval(Math.multiplyExact(number, MONTHS.get(unit)), 0, 0);
    } else if (DAYS.containsKey(unit)) {
      return new Interval(0, Math.multiplyExact(number, DAYS.get(unit)), 0);
    } else if (MICROS.containsKey(unit)) {
      return new Interval(0, 0, number * MICROS.get(unit));
    }
    throw new IllegalArgumentException("'" + text + "' has the unknown unit " + unit);
  }

  private static Interval time(Matcher part) {
    String seconds = part.group(6) == null ? "0" : part.group(6);
    long micros =
        (Long.parseLong(part.group(4)) * 60 + Long.parseLong(part.group(5))) * 60_000_000
            + new BigDecimal(seconds).movePointRight(6).longValueExact();
    return new Interval(0, 0, part.group(3).equals("-") ? -micros : micros);
  }

  static Interval plus(Interval left, Interval right) {
    if (left.isInfinite() || right.isInfinite()) {
      if (left.isInfinite() && right.isInfinite() && !left.equals(right)) {
        throw outOfRange();
      }
      return left.isInfinite() ? left : right;
    }
    try {
      return new Interval(
          Math.addExact(left.months(), right.months()),
          Math.addExact(left.days(), right.days()),
          Math.addExact(left.microseconds(), right.microseconds()));
    } catch (ArithmeticException e) {
      throw outOfRange();
    }
  }

  static Interval negate(Interval interval) {
    if (interval.isInfinite()) {
      return interval.equals(Interval.INFINITY) ? Interval.NEGATIVE_INFINITY : Interval.INFINITY;
    }
    try {
      return new Interval(
          Math.negateExact(interval.months()),
          Math.negateExact(interval.days()),
          Math.negateExact(interval.microseconds()));
    } catch (ArithmeticException e) {
      throw outOfRange();
    }
  }

  /**
   * {@code timestamp + interval}: months first, to the month's end at most, then days, then time.
   */
  static Long plus(long timestamp, Interval interval) {
    boolean infinite = Times.isInfinite(timestamp);
    if (interval.isInfinite()) {
      long infinity =
          interval.microseconds() > 0 ? SqlText.TIME_INFINITY : SqlText.TIME_NEGATIVE_INFINITY;
      if (infinite && timestamp != infinity) {
        throw Times.outOfRange();
      }
      return infinity;
    }
    if (infinite) {
      return timestamp;
    }
    long day = Math.floorDiv(timestamp, SqlText.MICROS_PER_DAY) + SqlText.TIME_EPOCH_DAY;
    long ofDay = Math.floorMod(timestamp, SqlText.MICROS_PER_DAY);
    if (interval.months() != 0) {
      day = LocalDate.ofEpochDay(day).plusMonths(interval.months()).toEpochDay();
      Times.timestamp(day, ofDay);
    }
    if (interval.days() != 0) {
      day += interval.days();
      Times.timestamp(day, ofDay);
    }
    try {
      return Times.inRange(Math.addExact(Times.timestamp(day, ofDay), interval.microseconds()));
    } catch (ArithmeticException e) {
      throw Times.outOfRange();
    }
  }

  /** {@code timestamp - timestamp}, in whole days of 24 hours and the rest. */
  static Interval between(long left, long right) {
    if (Times.isInfinite(left) || Times.isInfinite(right)) {
      if (left == right) {
        throw outOfRange();
      }
      boolean upwards = left == SqlText.TIME_INFINITY || right == SqlText.TIME_NEGATIVE_INFINITY;
      return upwards ? Interval.INFINITY : Interval.NEGATIVE_INFINITY;
    }
    try {
      long micros = Math.subtractExact(left, right);
      return new Interval(
          0, (int) (micros / SqlText.MICROS_PER_DAY), micros % SqlText.MICROS_PER_DAY);
    } catch (ArithmeticException e) {
      throw outOfRange();
    }
  }

  private static EvaluationException outOfRange() {
    return new EvaluationException("interval out of range");
  }
}
