// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.ZoneOffsets;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Dates and timestamps without zone.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-datetime.html">Date/time
 *     functions</a>
 */
final class Times {
  /** 4714-11-24 BC and 5874897-12-31, days since 1970-01-01. */
  private static final long DATE_MIN = -2_440_588;

  private static final long DATE_MAX = 2_145_042_905;

  /** 294277-01-01, the first day after Postgres' last timestamp. */
  static final long TIMESTAMP_END_DAY = 106_762_940;

  private static final Map<String, Long> MICROS =
      Map.of(
          "microseconds", 1L,
          "milliseconds", 1_000L,
          "second", 1_000_000L,
          "minute", 60_000_000L,
          "hour", 3_600_000_000L,
          "day", SqlText.MICROS_PER_DAY);

  private static final Set<String> CALENDAR =
      Set.of("week", "month", "quarter", "year", "decade", "century", "millennium");

  /** What date_trunc takes, in lower case. */
  static final Set<String> UNITS = units();

  private Times() {}

  private static Set<String> units() {
    Set<String> units = new TreeSet<>(CALENDAR);
    units.addAll(MICROS.keySet());
    return units;
  }

  /** {@code date + integer}; the infinities stay. */
  static Integer plus(int date, long days) {
    if (isInfinite(date)) {
      return date;
    }
    long sum = date + days;
    if (sum < DATE_MIN || sum > DATE_MAX) {
      throw new EvaluationException("date out of range");
    }
    return (int) sum;
  }

  /** {@code date - date}, in days. */
  static Long minus(int left, int right) {
    if (isInfinite(left) || isInfinite(right)) {
      throw new EvaluationException("cannot subtract infinite dates");
    }
    return (long) left - right;
  }

  /** A timestamp of a day since 1970 and microseconds of that day. */
  static long timestamp(long day, long microsOfDay) {
    if (day < DATE_MIN || day >= TIMESTAMP_END_DAY) {
      throw outOfRange();
    }
    return (day - SqlText.TIME_EPOCH_DAY) * SqlText.MICROS_PER_DAY + microsOfDay;
  }

  /** The same, if it is one that Postgres has. */
  static Long inRange(long micros) {
    timestamp(Math.floorDiv(micros, SqlText.MICROS_PER_DAY) + SqlText.TIME_EPOCH_DAY, 0);
    return micros;
  }

  /** A time in UTC as local time. */
  static Long toLocal(ZoneOffsets zone, long micros) {
    if (isInfinite(micros)) {
      return micros;
    }
    return moved(micros, zone.at(epochSecond(micros)));
  }

  /** A local time in UTC. */
  static Long toUtc(ZoneOffsets zone, long micros) {
    if (isInfinite(micros)) {
      return micros;
    }
    long local = epochSecond(micros);
    return moved(micros, zone.toInstant(local) - local);
  }

  private static Long moved(long micros, long seconds) {
    try {
      return inRange(Math.addExact(micros, seconds * 1_000_000));
    } catch (ArithmeticException e) {
      throw outOfRange();
    }
  }

  private static long epochSecond(long micros) {
    return Math.floorDiv(micros, 1_000_000) + SqlText.TIME_EPOCH_DAY * 86_400L;
  }

  static boolean isInfinite(long timestamp) {
    return timestamp == SqlText.TIME_INFINITY || timestamp == SqlText.TIME_NEGATIVE_INFINITY;
  }

  static EvaluationException outOfRange() {
    return new EvaluationException("timestamp out of range");
  }

  private static boolean isInfinite(int date) {
    return date == SqlText.DATE_INFINITY || date == SqlText.DATE_NEGATIVE_INFINITY;
  }

  /** {@code date_trunc(unit, timestamp)}, in microseconds since 2000. */
  static Long truncate(String unit, long micros) {
    if (isInfinite(micros)) {
      return micros;
    }
    Long step = MICROS.get(unit);
    if (step != null) {
      return Math.floorDiv(micros, step) * step;
    }
    long day = Math.floorDiv(micros, SqlText.MICROS_PER_DAY) + SqlText.TIME_EPOCH_DAY;
    long first = first(unit, LocalDate.ofEpochDay(day)).toEpochDay();
    if (first < DATE_MIN) {
      throw outOfRange();
    }
    return (first - SqlText.TIME_EPOCH_DAY) * SqlText.MICROS_PER_DAY;
  }

  /** Years before Christ count on below 1, as in ISO 8601. */
  private static LocalDate first(String unit, LocalDate date) {
    int year = date.getYear();
    return switch (unit) {
      case "week" -> date.minusDays(date.getDayOfWeek().getValue() - 1L);
      case "month" -> date.withDayOfMonth(1);
      case "quarter" -> LocalDate.of(year, date.get(IsoFields.QUARTER_OF_YEAR) * 3 - 2, 1);
      case "year" -> LocalDate.of(year, 1, 1);
      case "decade" -> LocalDate.of(Math.floorDiv(year, 10) * 10, 1, 1);
      case "century" -> LocalDate.of(Math.floorDiv(year - 1, 100) * 100 + 1, 1, 1);
      case "millennium" -> LocalDate.of(Math.floorDiv(year - 1, 1000) * 1000 + 1, 1, 1);
      default -> throw new IllegalArgumentException("no unit: " + unit);
    };
  }
}
