// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.connector.postgresql.connection.DateTimeFormat;
import io.debezium.data.SpecialValueDecimal;
import io.debezium.relational.RelationalDatabaseConnectorConfig;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Writes {@code date}, {@code timestamp}, {@code timestamptz}, {@code numeric} and arrays as the
 * text that Postgres itself prints with DateStyle ISO and time zone UTC, over Postgres' whole
 * range: {@code 2026-01-31}, {@code 2026-01-31 10:00:00.123}, {@code 2026-01-31 10:00:00.123+00},
 * {@code 0044-03-15 BC}, {@code 0044-03-15 10:00:00+00 BC}, {@code infinity}, {@code -infinity};
 * {@code 1.50}, {@code NaN}, {@code Infinity}, {@code -Infinity}. Years have at least four digits;
 * a fraction of a second has no trailing zeros and is left out when zero; an era before ours stands
 * last, after the offset.
 *
 * <p>Debezium's own representations are not exact: numbers depend on the precision that a column
 * was declared with, an infinite date comes as some other day, in a snapshot another than in
 * streaming, and dates before 1582 read by a snapshot are shifted by the change of calendars. For
 * the last reason a snapshot selects dates as text ({@link EngineProperties}).
 */
public final class ExactTextConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {
  private static final int DATE_OID = 1082;
  private static final int TIMESTAMP_OID = 1114;
  private static final int TIMESTAMPTZ_OID = 1184;
  private static final int NUMERIC_OID = 1700;

  private static final String UNAVAILABLE =
      RelationalDatabaseConnectorConfig.DEFAULT_UNAVAILABLE_VALUE_PLACEHOLDER;

  @Override
  public void configure(Properties properties) {}

  @Override
  public void converterFor(
      RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    switch (column.nativeType()) {
      case DATE_OID -> register(registration, ExactTextConverter::date);
      case TIMESTAMP_OID -> register(registration, value -> timestamp(value, ""));
      case TIMESTAMPTZ_OID -> register(registration, value -> timestamp(value, "+00"));
      case NUMERIC_OID -> register(registration, ExactTextConverter::numeric);
      default -> {
        // A type whose name begins so is an array; every other one keeps Debezium's conversion.
        if (column.typeName().startsWith("_")) {
          register(registration, value -> value == null ? null : value.toString());
        }
      }
    }
  }

  /**
   * Registers a conversion to text, optional whatever the column is: a delete carries the key
   * alone. A value that was not sent because it did not change passes as Debezium's word for that.
   */
  private static void register(
      ConverterRegistration<SchemaBuilder> registration, Converter conversion) {
    registration.register(
        SchemaBuilder.string().optional(),
        value ->
            UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(value)
                ? UNAVAILABLE
                : conversion.convert(value));
  }

  static String date(Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    if (!(value instanceof LocalDate date)) {
      return defaultOrRefuse(value);
    }
    if (date.equals(PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE)) {
      return "infinity";
    }
    if (date.equals(PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE)) {
      return "-infinity";
    }
    return text(date).append(era(date)).toString();
  }

  static String timestamp(Object value, String offset) {
    if (value == null) {
      return null;
    }
    if (value instanceof String text) {
      return offset.isEmpty() ? text : inUtc(text);
    }
    if (value instanceof Instant instant) {
      if (instant.equals(PostgresValueConverter.POSITIVE_INFINITY_INSTANT)) {
        return "infinity";
      }
      if (instant.equals(PostgresValueConverter.NEGATIVE_INFINITY_INSTANT)) {
        return "-infinity";
      }
      return text(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), offset);
    }
    if (value instanceof OffsetDateTime time) {
      if (time.equals(PostgresValueConverter.POSITIVE_INFINITY_OFFSET_DATE_TIME)) {
        return "infinity";
      }
      if (time.equals(PostgresValueConverter.NEGATIVE_INFINITY_OFFSET_DATE_TIME)) {
        return "-infinity";
      }
      return text(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), offset);
    }
    return defaultOrRefuse(value);
  }

  /** Text that Postgres printed in some other zone; with a T it is a DEFAULT, as below. */
  private static String inUtc(String text) {
    if (text.endsWith("infinity") || text.endsWith("+00") || text.indexOf('T') >= 0) {
      return text;
    }
    return timestamp(DateTimeFormat.get().timestampWithTimeZoneToOffsetDateTime(text), "+00");
  }

  static String numeric(Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (!(value instanceof SpecialValueDecimal number)) {
      return defaultOrRefuse(value);
    }
    if (number.getDecimalValue().isPresent()) {
      return number.getDecimalValue().get().toPlainString();
    }
    double special = number.toDouble();
    return Double.isNaN(special) ? "NaN" : special > 0 ? "Infinity" : "-Infinity";
  }

  private static String text(LocalDateTime time, String offset) {
    StringBuilder text = text(time.toLocalDate()).append(' ');
    two(text, time.getHour()).append(':');
    two(text, time.getMinute()).append(':');
    two(text, time.getSecond());
    int micros = time.getNano() / 1000;
    if (micros != 0) {
      String digits = Integer.toString(1_000_000 + micros);
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      text.append('.').append(digits, 1, end);
    }
    return text.append(offset).append(era(time.toLocalDate())).toString();
  }

  private static StringBuilder text(LocalDate date) {
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    StringBuilder text = new StringBuilder(32);
    for (int floor = 1000; year < floor && floor > 1; floor /= 10) {
      text.append('0');
    }
    text.append(year).append('-');
    two(text, date.getMonthValue()).append('-');
    return two(text, date.getDayOfMonth());
  }

  private static String era(LocalDate date) {
    return date.getYear() > 0 ? "" : " BC";
  }

  private static StringBuilder two(StringBuilder text, int number) {
    return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  /** A plain number is a column's DEFAULT in Debezium's own form, which no record ever shows. */
  private static String defaultOrRefuse(Object value) {
    if (value instanceof Number) {
      return value.toString();
    }
    throw new IllegalArgumentException(
        "No value as Debezium delivers them: " + value.getClass().getName() + " " + value);
  }
}
