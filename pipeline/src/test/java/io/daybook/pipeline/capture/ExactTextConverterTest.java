// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.data.SpecialValueDecimal;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ExactTextConverterTest {

  @Test
  void datesAreWrittenAsPostgresPrintsThem() {
    assertEquals("2026-01-31", ExactTextConverter.date(LocalDate.of(2026, 1, 31)));
    assertEquals("0044-03-15 BC", ExactTextConverter.date(LocalDate.of(-43, 3, 15)));
    assertEquals("0001-01-01", ExactTextConverter.date(LocalDate.of(1, 1, 1)));
    assertEquals("5874897-12-31", ExactTextConverter.date(LocalDate.of(5874897, 12, 31)));
    assertEquals(
        "infinity", ExactTextConverter.date(PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE));
    assertEquals("-infinity", ExactTextConverter.date("-infinity"));
    assertNull(ExactTextConverter.date(null));
  }

  @Test
  void timestampsAreWrittenAsPostgresPrintsThem() {
    assertEquals("2026-01-31 10:00:00", timestamp(LocalDateTime.of(2026, 1, 31, 10, 0, 0)));
    assertEquals(
        "2026-01-31 10:00:00.12", timestamp(LocalDateTime.of(2026, 1, 31, 10, 0, 0, 120_000_000)));
    assertEquals(
        "0044-03-15 01:02:03.000004 BC", timestamp(LocalDateTime.of(-43, 3, 15, 1, 2, 3, 4_000)));
    assertEquals(
        "-infinity",
        ExactTextConverter.timestamp(PostgresValueConverter.NEGATIVE_INFINITY_INSTANT, ""));
  }

  @Test
  void timestampsWithZoneAreWrittenInUtc() {
    OffsetDateTime time = OffsetDateTime.of(-43, 3, 15, 2, 0, 0, 0, ZoneOffset.ofHours(1));
    assertEquals("0044-03-15 01:00:00+00 BC", ExactTextConverter.timestamp(time, "+00"));
    assertEquals(
        "1500-02-28 04:56:02+00",
        ExactTextConverter.timestamp("1500-02-28 00:00:00-04:56:02", "+00"));
    assertEquals("infinity", ExactTextConverter.timestamp("infinity", "+00"));
  }

  @Test
  void numbersAreWrittenAsPostgresPrintsThem() {
    assertEquals(
        "0.0000000010",
        ExactTextConverter.numeric(new SpecialValueDecimal(new BigDecimal("1.0E-9"))));
    assertEquals("-Infinity", special("-Infinity"));
    assertEquals("Infinity", special("Infinity"));
    assertEquals("NaN", special("NaN"));
  }

  @Test
  void whatIsNotKnownIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> ExactTextConverter.date(new Object()));
  }

  private static String timestamp(LocalDateTime time) {
    return ExactTextConverter.timestamp(time.toInstant(ZoneOffset.UTC), "");
  }

  private static String special(String text) {
    return ExactTextConverter.numeric(PostgresValueConverter.toSpecialValue(text).orElseThrow());
  }
}
