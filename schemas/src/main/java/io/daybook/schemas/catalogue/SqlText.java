// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * Values as text and back, in Postgres' own output format ({@code DateStyle ISO}, UTC).
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html">date/time types</a>
 */
public final class SqlText {
  /** How {@link SqlType.Kind#DATE} holds ±infinity. */
  public static final int DATE_NEGATIVE_INFINITY = Integer.MIN_VALUE;

  public static final int DATE_INFINITY = Integer.MAX_VALUE;

  /** How {@link SqlType.Kind#TIMESTAMP} holds ±infinity. */
  public static final long TIME_NEGATIVE_INFINITY = Long.MIN_VALUE;

  public static final long TIME_INFINITY = Long.MAX_VALUE;

  public static final long MICROS_PER_DAY = 86_400_000_000L;

  /** 2000-01-01, from which timestamps count: only from there do 64 bits span Postgres' range. */
  public static final int TIME_EPOCH_DAY = 10_957;

  private SqlText() {}

  /** The text Postgres prints for {@code value::text}. */
  public static String format(SqlType type, Object value) {
    return switch (type.kind()) {
      case DATE -> formatDate((Integer) value);
      case TIMESTAMP -> formatTimestamp((Long) value);
      case TIMESTAMPTZ -> {
        String text = formatTimestamp((Long) value);
        int era = text.indexOf(" BC");
        yield text.endsWith("infinity")
            ? text
            : era < 0 ? text + "+00" : text.substring(0, era) + "+00 BC";
      }
      case NUMERIC ->
          value instanceof BigDecimal number ? number.toPlainString() : value.toString();
      default -> value.toString();
    };
  }

  /** The value that a text of this type stands for. */
  public static Object parse(SqlType type, String text) {
    return switch (type.kind()) {
      case BOOLEAN -> parseBoolean(text);
      case INT2, INT4, INT8 -> Long.valueOf(text);
      case NUMERIC -> parseNumeric(text);
      case DATE -> TimestampText.parseDays(text);
      case TIMESTAMP, TIMESTAMPTZ -> TimestampText.parse(text);
      case TEXT, BPCHAR, UUID, ENUM, ARRAY, JSONB -> text;
      case INTERVAL, UNSUPPORTED ->
          throw new IllegalArgumentException("Values of type " + type + " cannot be read");
    };
  }

  private static Boolean parseBoolean(String text) {
    return switch (text) {
      case "t", "true" -> true;
      case "f", "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is no boolean");
    };
  }

  private static Object parseNumeric(String text) {
    return switch (text) {
      case "NaN" -> SpecialNumber.NAN;
      case "Infinity" -> SpecialNumber.POSITIVE_INFINITY;
      case "-Infinity" -> SpecialNumber.NEGATIVE_INFINITY;
      default -> {
        BigDecimal number = new BigDecimal(text);
        yield number.scale() < 0 ? number.setScale(0) : number;
      }
    };
  }

  private static String formatDate(int days) {
    if (days == DATE_INFINITY) {
      return "infinity";
    }
    if (days == DATE_NEGATIVE_INFINITY) {
      return "-infinity";
    }
    StringBuilder text = new StringBuilder(13);
    boolean beforeChrist = appendDate(text, days);
    return beforeChrist ? text.append(" BC").toString() : text.toString();
  }

  private static String formatTimestamp(long micros) {
    if (micros == TIME_INFINITY) {
      return "infinity";
    }
    if (micros == TIME_NEGATIVE_INFINITY) {
      return "-infinity";
    }
    StringBuilder text = new StringBuilder(30);
    boolean beforeChrist = appendDate(text, Math.floorDiv(micros, MICROS_PER_DAY) + TIME_EPOCH_DAY);
    long ofDay = Math.floorMod(micros, MICROS_PER_DAY);
    long seconds = ofDay / 1_000_000;
    two(text.append(' '), seconds / 3600);
    two(text.append(':'), seconds / 60 % 60);
    two(text.append(':'), seconds % 60);
    long fraction = ofDay % 1_000_000;
    if (fraction != 0) {
      text.append('.').append(Long.toString(1_000_000 + fraction), 1, 7);
      while (text.charAt(text.length() - 1) == '0') {
        text.setLength(text.length() - 1);
      }
    }
    return beforeChrist ? text.append(" BC").toString() : text.toString();
  }

  /** Appends {@code yyyy-mm-dd} and tells whether the year lies before Christ. */
  private static boolean appendDate(StringBuilder text, long days) {
    LocalDate date = LocalDate.ofEpochDay(days);
    boolean beforeChrist = date.getYear() <= 0;
    int year = beforeChrist ? 1 - date.getYear() : date.getYear();
    String digits = Integer.toString(year);
    text.append("0".repeat(Math.max(0, 4 - digits.length()))).append(digits);
    two(text.append('-'), date.getMonthValue());
    two(text.append('-'), date.getDayOfMonth());
    return beforeChrist;
  }

  private static void two(StringBuilder text, long number) {
    if (number < 10) {
      text.append('0');
    }
    text.append(number);
  }
}
