// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.Interval;
import io.daybook.schemas.catalogue.SpecialNumber;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType.Kind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code extract(field FROM source)}, with the scale that Postgres gives each field.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-datetime.html">Date/time
 *     functions</a>
 */
final class Extracts {
  /** Fields that grow with time, and so are infinite where it is; the others are then NULL. */
  private static final Set<String> GROWING =
      Set.of("year", "isoyear", "decade", "century", "millennium", "epoch");

  private static final Set<String> OF_DAY =
      Set.of("day", "month", "quarter", "week", "dow", "isodow", "doy");
  private static final Set<String> OF_TIME =
      Set.of("hour", "minute", "second", "milliseconds", "microseconds");
  private static final Set<String> OF_INTERVAL =
      Set.of(
          "year",
          "month",
          "day",
          "hour",
          "minute",
          "second",
          "milliseconds",
          "microseconds",
          "epoch");

  /** Of an interval, fields that grow with it. */
  private static final Set<String> GROWING_INTERVAL = Set.of("year", "hour", "epoch");

  /** A field's names besides its own. */
  private static final Map<String, String> NAMES =
      Map.of(
          "years", "year",
          "months", "month",
          "days", "day",
          "hours", "hour",
          "minutes", "minute",
          "seconds", "second");

  private static final BigDecimal MICROS_PER_SECOND = BigDecimal.valueOf(1_000_000);
  private static final long JULIAN_MICROS_PER_YEAR = 31_557_600_000_000L;

  private Extracts() {}

  static String canonical(String field) {
    return NAMES.getOrDefault(field, field);
  }

  /** What can be taken of a kind of source. */
  static Set<String> fields(Kind source) {
    Set<String> fields = new TreeSet<>(source == Kind.INTERVAL ? OF_INTERVAL : GROWING);
    if (source != Kind.INTERVAL) {
      fields.addAll(OF_DAY);
    }
    if (source == Kind.TIMESTAMP) {
      fields.addAll(OF_TIME);
    }
    return fields;
  }

  /** A field of a {@code date}. */
  static Object ofDate(String field, int days) {
    if (days == SqlText.DATE_INFINITY || days == SqlText.DATE_NEGATIVE_INFINITY) {
      return infinite(GROWING.contains(field), days > 0);
    }
    return field.equals("epoch") ? whole(days * 86_400L) : ofDay(field, LocalDate.ofEpochDay(days));
  }

  /** A field of a {@code timestamp}. */
  static Object ofTimestamp(String field, long micros) {
    if (Times.isInfinite(micros)) {
      return infinite(GROWING.contains(field), micros > 0);
    }
    if (field.equals("epoch")) {
      return epoch(micros);
    }
    if (OF_TIME.contains(field)) {
      return ofTime(field, Math.floorMod(micros, SqlText.MICROS_PER_DAY));
    }
    long day = Math.floorDiv(micros, SqlText.MICROS_PER_DAY) + SqlText.TIME_EPOCH_DAY;
    return ofDay(field, LocalDate.ofEpochDay(day));
  }

  /** Where the sum no longer fits a {@code bigint}, Postgres divides numbers: four decimals. */
  private static BigDecimal epoch(long micros) {
    long from1970 = SqlText.TIME_EPOCH_DAY * SqlText.MICROS_PER_DAY;
    BigDecimal sum = BigDecimal.valueOf(micros).add(BigDecimal.valueOf(from1970));
    if (micros < Long.MAX_VALUE - from1970) {
      return sum.movePointLeft(6).setScale(6);
    }
    return ((BigDecimal) Division.numerics(sum, MICROS_PER_SECOND)).setScale(6);
  }

  /** A field of an {@code interval}. */
  static Object ofInterval(String field, Interval interval) {
    if (interval.isInfinite()) {
      boolean growing = GROWING_INTERVAL.contains(field) || field.equals("day");
      return infinite(growing, interval.microseconds() > 0);
    }
    return switch (field) {
      case "year" -> whole(interval.months() / 12);
      case "month" -> whole(interval.months() % 12);
      case "day" -> whole(interval.days());
      case "hour" -> whole(interval.microseconds() / 3_600_000_000L);
      case "epoch" -> {
        BigDecimal years =
            BigDecimal.valueOf(JULIAN_MICROS_PER_YEAR)
                .multiply(BigDecimal.valueOf(interval.months() / 12));
        BigDecimal months =
            BigDecimal.valueOf(30 * SqlText.MICROS_PER_DAY)
                .multiply(BigDecimal.valueOf(interval.months() % 12));
        BigDecimal days =
            BigDecimal.valueOf(SqlText.MICROS_PER_DAY)
                .multiply(BigDecimal.valueOf(interval.days()));
        yield years
            .add(months)
            .add(days)
            .add(BigDecimal.valueOf(interval.microseconds()))
            .movePointLeft(6)
            .setScale(6);
      }
      default -> ofTime(field, interval.microseconds() % 3_600_000_000L);
    };
  }

  private static Object infinite(boolean growing, boolean positive) {
    if (!growing) {
      return null;
    }
    return positive ? SpecialNumber.POSITIVE_INFINITY : SpecialNumber.NEGATIVE_INFINITY;
  }

  private static BigDecimal ofTime(String field, long micros) {
    long ofMinute = micros % 60_000_000L;
    return switch (field) {
      case "hour" -> whole(micros / 3_600_000_000L);
      case "minute" -> whole(micros / 60_000_000L % 60);
      case "second" -> BigDecimal.valueOf(ofMinute, 6);
      case "milliseconds" -> BigDecimal.valueOf(ofMinute, 3);
      case "microseconds" -> whole(ofMinute);
      default -> throw new IllegalArgumentException("no field: " + field);
    };
  }

  /** There is no year 0: the one before 1 is -1. */
  private static BigDecimal ofDay(String field, LocalDate date) {
    int year = date.getYear();
    return switch (field) {
      case "day" -> whole(date.getDayOfMonth());
      case "month" -> whole(date.getMonthValue());
      case "quarter" -> whole(date.get(IsoFields.QUARTER_OF_YEAR));
      case "week" -> whole(date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case "dow" -> whole(date.getDayOfWeek().getValue() % 7);
      case "isodow" -> whole(date.getDayOfWeek().getValue());
      case "doy" -> whole(date.getDayOfYear());
      case "year" -> whole(withoutZero(year));
      case "isoyear" -> whole(withoutZero(date.get(IsoFields.WEEK_BASED_YEAR)));
      case "decade" -> whole(Math.floorDiv(year, 10));
      case "century" -> whole(withoutZero(Math.floorDiv(year - 1, 100) + 1));
      case "millennium" -> whole(withoutZero(Math.floorDiv(year - 1, 1000) + 1));
      default -> throw new IllegalArgumentException("no field: " + field);
    };
  }

  private static int withoutZero(int count) {
    return count > 0 ? count : count - 1;
  }

  private static BigDecimal whole(long number) {
    return BigDecimal.valueOf(number);
  }
}
