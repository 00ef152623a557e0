// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.schemas.catalogue.SqlType.Kind;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** A table with columns of every supported kind, and rows full of edge values. */
final class ExpressionSample {
  static final String DDL =
      """
      CREATE TABLE probe (
        id int PRIMARY KEY, w text NOT NULL, day0 date NOT NULL,
        b1 boolean, b2 boolean, i2 int2, j2 int2, i4 int4, j4 int4, i8 int8, j8 int8,
        n1 numeric, n2 numeric(12,2), t1 text, t2 text, v1 varchar(20), u1 uuid, u2 uuid,
        d1 date, d2 date, s1 timestamp, s2 timestamp(3))""";

  private static final Map<Kind, List<String>> COLUMNS =
      Map.of(
          Kind.BOOLEAN, List.of("b1", "b2"),
          Kind.INT2, List.of("i2", "j2"),
          Kind.INT4, List.of("i4", "j4"),
          Kind.INT8, List.of("i8", "j8"),
          Kind.NUMERIC, List.of("n1", "n2"),
          Kind.TEXT, List.of("t1", "t2", "v1"),
          Kind.UUID, List.of("u1", "u2"),
          Kind.DATE, List.of("d1", "d2"),
          Kind.TIMESTAMP, List.of("s1", "s2"));

  /** The first of each kind are extreme and drawn seldom, or nearly every sum would overflow. */
  private static final Map<Kind, List<String>> EDGES =
      Map.of(
          Kind.BOOLEAN, List.of("true", "false"),
          Kind.INT2, List.of("-32768", "32767"),
          Kind.INT4, List.of("-2147483648", "2147483647"),
          Kind.INT8, List.of("-9223372036854775808", "9223372036854775807"),
          Kind.NUMERIC,
              List.of("NaN", "0.00000000000000000001", "123456789012345678901234567890.5"),
          Kind.TEXT, List.of("xyz".repeat(600), "\\", "%_", "a\u0001b"),
          Kind.UUID,
              List.of(
                  "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
          Kind.DATE, List.of("infinity", "-infinity", "4713-01-01 BC", "5874897-12-31"),
          Kind.TIMESTAMP,
              List.of("infinity", "-infinity", "4713-01-01 00:00 BC", "294276-12-31 23:59:59"));

  private static final Map<Kind, List<String>> COMMON =
      Map.of(
          Kind.BOOLEAN, List.of("true", "false"),
          Kind.INT2, List.of("0", "1", "-1", "2", "7", "-12", "100"),
          Kind.INT4, List.of("0", "1", "-1", "3", "10", "-25", "4000", "99999"),
          Kind.INT8, List.of("1", "-1", "5", "-8", "1000000", "30000000000"),
          Kind.NUMERIC,
              List.of("0", "1", "-1.50", "2.5", "-2.5", "0.001", "99.99", "12345.67", "10000", "7"),
          Kind.TEXT,
              List.of("", "a", "b", "ab", " a b ", "abab", "é", "😀", "a😀b", "A", "a-b-c", "a%"),
          Kind.UUID,
              List.of(
                  "123e4567-e89b-12d3-a456-426614174000", "0f000000-0000-4000-8000-0000000000aa"),
          Kind.DATE,
              List.of(
                  "2000-01-01",
                  "1999-12-31",
                  "2024-02-29",
                  "0001-01-01",
                  "0001-12-31 BC",
                  "9999-12-31",
                  "1970-01-01",
                  "1582-10-10"),
          Kind.TIMESTAMP,
              List.of(
                  "2000-01-01 00:00:00",
                  "1999-12-31 23:59:59.999999",
                  "2016-12-31 23:59:59.5",
                  "2024-02-29 12:30:00.001",
                  "0001-01-01 00:00:00",
                  "0044-03-15 10:00:00.25 BC",
                  "9999-12-31 23:59:59.999",
                  "1969-12-31 23:59:59.999"));

  private ExpressionSample() {}

  static List<String> columns(Kind kind) {
    return COLUMNS.get(kind);
  }

  static String name(Kind kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** A value as text; null now and then. */
  private static String value(Kind kind, RandomGenerator random) {
    if (random.nextInt(30) == 0) {
      return null;
    }
    List<String> pool = random.nextInt(12) == 0 ? EDGES.get(kind) : COMMON.get(kind);
    return pool.get(random.nextInt(pool.size()));
  }

  /** A constant with its type. */
  static String literal(Kind kind, RandomGenerator random) {
    List<String> pool = COMMON.get(kind);
    String text = pool.get(random.nextInt(pool.size()));
    return switch (kind) {
      case BOOLEAN -> text;
      case INT4 -> text.startsWith("-") ? "(" + text + ")" : text;
      default -> "'" + text + "'::" + name(kind);
    };
  }

  /** One INSERT of many rows. */
  static String rows(int count, RandomGenerator random) {
    List<Map.Entry<String, Kind>> columns =
        COLUMNS.entrySet().stream()
            .flatMap(each -> each.getValue().stream().map(name -> Map.entry(name, each.getKey())))
            .sorted(Map.Entry.comparingByKey())
            .toList();
    StringBuilder sql = new StringBuilder("INSERT INTO probe (id, w, day0");
    columns.forEach(column -> sql.append(", ").append(column.getKey()));
    sql.append(") VALUES ");
    for (int id = 1; id <= count; id++) {
      sql.append(id == 1 ? "" : ", ").append('(').append(id).append(", 'w', '2024-01-01'");
      sql.append(
          columns.stream()
              .map(column -> quoted(column.getKey(), value(column.getValue(), random)))
              .collect(Collectors.joining()));
      sql.append(')');
    }
    return sql.toString();
  }

  private static String quoted(String column, String value) {
    String fitting = value;
    if (value != null && column.equals("v1") && value.length() > 20) {
      fitting = value.substring(0, 20);
    }
    if (value != null && column.equals("n2") && value.length() > 12) {
      fitting = "-9999999999.99";
    }
    return fitting == null ? ", NULL" : ", '" + fitting.replace("'", "''") + "'";
  }
}
