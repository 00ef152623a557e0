// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.schemas.catalogue.SqlType.Kind;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {
  private static final SqlType TIMESTAMP = new SqlType(Kind.TIMESTAMP, "timestamp");
  private static final SqlType TIMESTAMPTZ = new SqlType(Kind.TIMESTAMPTZ, "timestamptz");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31",
        "1970-01-01",
        "1969-12-31",
        "0001-01-01",
        "0001-12-31 BC",
        "4713-11-24 BC",
        "0044-03-15 BC",
        "9999-12-31",
        "10000-01-01",
        "294277-01-01",
        "5874897-12-31",
        "infinity",
        "-infinity"
      })
  void datesComeBackAsTheyWere(String text) {
    assertEquals(text, SqlText.format(SqlType.DATE, SqlText.parse(SqlType.DATE, text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31 10:00:00",
        "2026-01-31 10:00:00.123",
        "2026-01-31 23:59:59.999999",
        "1999-12-31 23:59:59.000001",
        "1969-12-31 23:59:59.5",
        "0001-12-31 23:59:59 BC",
        "4713-11-24 00:00:00 BC",
        "294276-12-31 23:59:59.999999",
        "infinity",
        "-infinity"
      })
  void timestampsComeBackAsTheyWere(String text) {
    assertEquals(text, SqlText.format(TIMESTAMP, SqlText.parse(TIMESTAMP, text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31 10:00:00+00",
        "0044-03-15 10:00:00.5+00 BC",
        "294276-12-31 23:59:59.999999+00",
        "infinity",
        "-infinity"
      })
  void zonedTimestampsComeBackAsTheyWere(String text) {
    assertEquals(text, SqlText.format(TIMESTAMPTZ, SqlText.parse(TIMESTAMPTZ, text)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T10:00:00Z,              2026-01-31 10:00:00+00",
    "2026-01-31T10:00:00.123456789Z,    2026-01-31 10:00:00.123456+00",
    "2026-01-31T10:00:00.000Z,          2026-01-31 10:00:00+00",
    "2026-01-31T10:00Z,                 2026-01-31 10:00:00+00",
    "2026-01-31 10:00:00+05:30,         2026-01-31 04:30:00+00",
    "2026-01-31 10:00:00-08,            2026-01-31 18:00:00+00",
    "1900-01-01 00:00:00+00:19:32,      1899-12-31 23:40:28+00",
    "-0043-03-15T10:00:00Z,             0044-03-15 10:00:00+00 BC",
    "+10000-01-01T00:00:00Z,            10000-01-01 00:00:00+00",
    "2026-01-31,                        2026-01-31 00:00:00+00",
  })
  void isoFormsAndOffsetsAreReadToo(String text, String asPostgres) {
    assertEquals(asPostgres, SqlText.format(TIMESTAMPTZ, SqlText.parse(TIMESTAMPTZ, text)));
  }

  @Test
  void timestampsAndDatesCountAsTheTypesSay() {
    assertEquals(0L, SqlText.parse(TIMESTAMP, "2000-01-01 00:00:00"));
    assertEquals(-1L, SqlText.parse(TIMESTAMP, "1999-12-31 23:59:59.999999"));
    assertEquals(0, SqlText.parse(SqlType.DATE, "1970-01-01"));
    assertEquals(20_484, SqlText.parse(SqlType.DATE, "2026-01-31Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026",
        "2026-01",
        "2026-13-01",
        "2026-02-30",
        "2026-01-31 ",
        "2026-01-31x",
        "2026-01-31T",
        "2026-01-31 10",
        "2026-01-31 10:00:00 UTC",
        "x2026-01-31",
        "1:2:3",
        "Infinity",
        "99999999999999999999-01-01"
      })
  void whatIsNoTimeIsRefused(String text) {
    assertThrows(
        RuntimeException.class, () -> SqlText.parse(TIMESTAMP, text), "read '" + text + "'");
    assertThrows(
        RuntimeException.class, () -> SqlText.parse(SqlType.DATE, text), "read '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1.50", "-0.001", "12345678901234567890.5", "NaN", "-Infinity"})
  void numericsComeBackAsTheyWere(String text) {
    assertEquals(text, SqlText.format(SqlType.NUMERIC, SqlText.parse(SqlType.NUMERIC, text)));
  }

  @Test
  void exponentsAreWrittenOut() {
    assertEquals("1000", SqlText.format(SqlType.NUMERIC, SqlText.parse(SqlType.NUMERIC, "1e3")));
    assertEquals("0.0000001", SqlText.format(SqlType.NUMERIC, new BigDecimal("1E-7")));
  }

  @Test
  void booleansAreReadInBothForms() {
    assertEquals(true, SqlText.parse(SqlType.BOOLEAN, "t"));
    assertEquals(false, SqlText.parse(SqlType.BOOLEAN, "false"));
    assertEquals("true", SqlText.format(SqlType.BOOLEAN, true));
    assertThrows(IllegalArgumentException.class, () -> SqlText.parse(SqlType.BOOLEAN, "yes"));
  }

  @Test
  void aValueOfAnUnsupportedTypeIsNotRead() {
    SqlType json = new SqlType(Kind.UNSUPPORTED, "jsonb");
    String message =
        assertThrows(IllegalArgumentException.class, () -> SqlText.parse(json, "{}")).getMessage();
    assertEquals("Values of type jsonb cannot be read", message);
  }
}
