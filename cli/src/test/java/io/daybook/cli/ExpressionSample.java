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
        d1 date, d2 date, s1 timestamp, s2 timestamp(3), z1 timestamptz, z2 timestamptz,
        c1 text COLLATE "C", c2 varchar COLLATE "C", p1 char(5), p2 char(2),
        a1 text[], a2 int[], k1 jsonb, k2 jsonb)""";

  private static final Map<Kind, List<String>> COLUMNS =
      Map.ofEntries(
          Map.entry(Kind.BOOLEAN, List.of("b1", "b2")),
          Map.entry(Kind.INT2, List.of("i2", "j2")),
          Map.entry(Kind.INT4, List.of("i4", "j4")),
          Map.entry(Kind.INT8, List.of("i8", "j8")),
          Map.entry(Kind.NUMERIC, List.of("n1", "n2")),
          Map.entry(Kind.TEXT, List.of("t1", "t2", "v1", "c1", "c2")),
          Map.entry(Kind.BPCHAR, List.of("p1", "p2")),
          Map.entry(Kind.UUID, List.of("u1", "u2")),
          Map.entry(Kind.DATE, List.of("d1", "d2")),
          Map.entry(Kind.TIMESTAMP, List.of("s1", "s2")),
          Map.entry(Kind.TIMESTAMPTZ, List.of("z1", "z2")),
          Map.entry(Kind.ARRAY, List.of("a1", "a2")),
          Map.entry(Kind.JSONB, List.of("k1", "k2")));

  /** The first of each kind are extreme and drawn seldom, or nearly every sum would overflow. */
  private static final Map<Kind, List<String>> EDGES =
      Map.ofEntries(
          Map.entry(Kind.BOOLEAN, List.of("true", "false")),
          Map.entry(Kind.INT2, List.of("-32768", "32767")),
          Map.entry(Kind.INT4, List.of("-2147483648", "2147483647")),
          Map.entry(Kind.INT8, List.of("-9223372036854775808", "9223372036854775807")),
          Map.entry(
              Kind.NUMERIC,
              List.of("NaN", "0.00000000000000000001", "123456789012345678901234567890.5")),
          Map.entry(Kind.TEXT, List.of("xyz".repeat(600), "\\", "%_", "a\u0001b")),
          Map.entry(
              Kind.UUID,
              List.of(
                  "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")),
          Map.entry(Kind.DATE, List.of("infinity", "-infinity", "4713-01-01 BC", "5874897-12-31")),
          Map.entry(
              Kind.TIMESTAMP,
              List.of(
                  "infinity", "-infinity", "4713-01-01 00:00 BC", "294276-12-31 23:59:59.456789")),
          Map.entry(Kind.BPCHAR, List.of("", "     ")),
          Map.entry(
              Kind.TIMESTAMPTZ,
              List.of(
                  "infinity", "-infinity", "4713-01-01 00:00+00 BC", "294276-12-31 23:59:59+00")),
          Map.entry(Kind.ARRAY, List.of("{}")),
          Map.entry(Kind.JSONB, List.of("null", "[]", "{}", "\"a\"", "12.50")));

  private static final Map<Kind, List<String>> COMMON =
      Map.ofEntries(
          Map.entry(Kind.BOOLEAN, List.of("true", "false")),
          Map.entry(Kind.INT2, List.of("0", "1", "-1", "2", "7", "-12", "100")),
          Map.entry(Kind.INT4, List.of("0", "1", "-1", "3", "10", "-25", "4000", "99999")),
          Map.entry(Kind.INT8, List.of("1", "-1", "5", "-8", "1000000", "30000000000")),
          Map.entry(
              Kind.NUMERIC,
              List.of(
                  "0", "1", "-1.50", "2.5", "-2.5", "0.001", "99.99", "12345.67", "10000", "7")),
          Map.entry(
              Kind.TEXT,
              List.of(
                  "", "a", "b", "ab", " a b ", "abab", "é", "😀", "a😀b", "A", "a-b-c", "a%", "ab ",
                  " ")),
          Map.entry(
              Kind.UUID,
              List.of(
                  "123e4567-e89b-12d3-a456-426614174000", "0f000000-0000-4000-8000-0000000000aa")),
          Map.entry(
              Kind.DATE,
              List.of(
                  "2000-01-01",
                  "1999-12-31",
                  "2024-02-29",
                  "0001-01-01",
                  "0001-12-31 BC",
                  "9999-12-31",
                  "1970-01-01",
                  "1582-10-10")),
          Map.entry(
              Kind.TIMESTAMP,
              List.of(
                  "2000-01-01 00:00:00",
                  "1999-12-31 23:59:59.999999",
                  "2016-12-31 23:59:59.5",
                  "2024-02-29 12:30:00.001",
                  "0001-01-01 00:00:00",
                  "0044-03-15 10:00:00.25 BC",
                  "9999-12-31 23:59:59.999",
                  "1969-12-31 23:59:59.999")),
          Map.entry(Kind.BPCHAR, List.of("a", "b", "ab", " a", "é")),
          Map.entry(
              Kind.TIMESTAMPTZ,
              List.of(
                  "2024-03-31 00:59:59.5+00",
                  "2024-03-31 01:00:00+00",
                  "2024-10-27 00:30:00+00",
                  "2024-10-27 01:00:00+00",
                  "2024-11-03 05:59:59.999999+00",
                  "2000-01-01 00:00:00+00",
                  "1940-06-15 12:00:00+00",
                  "1899-12-31 23:59:59+00",
                  "1850-05-05 05:05:05+00",
                  "2037-07-01 00:00:00+00",
                  "2038-01-19 03:14:08+00",
                  "2199-07-15 10:00:00+00",
                  "3024-07-15 10:00:00+00",
                  "2011-12-30 09:59:59+00",
                  "2011-12-30 10:00:00+00",
                  "0044-03-15 10:00:00.25+00 BC")),
          Map.entry(
              Kind.ARRAY,
              List.of("{a,b}", "{\"a b\",NULL}", "{é,\"\\\"\"}", "{{a,b},{c,d}}", "[0:1]={a,ab}")),
          Map.entry(
              Kind.JSONB,
              List.of(
                  "{\"a\": 1, \"b\": {\"c\": [1, 2.50, null]}}",
                  "{\"a\": \"x\\ny \\\"q\\\"\", \"b\": null, \"é\": true}",
                  "[\"a\", {\"a\": \"😀\"}, 3, [4, 5]]",
                  "{\"b\": {\"c\": {\"d\": \"deep\"}}, \"a\": \"\"}",
                  "{\"a\": 1e3, \"b\": [true, false]}",
                  "{\"a\": {\"z\": 1, \"bb\": 2}, \"b\": \"\\u0041\"}")));

  private static final List<String> ARRAYS_OF_NUMBERS =
      List.of("{}", "{1,2,NULL}", "{0,-1,3}", "{{10,3},{-25,4000}}", "{99999}");

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
    if (value != null && column.equals("p2") && value.length() > 2) {
      fitting = value.substring(0, 2);
    }
    if (value != null && column.equals("a2")) {
      fitting = ARRAYS_OF_NUMBERS.get(Math.floorMod(value.hashCode(), ARRAYS_OF_NUMBERS.size()));
    }
    return fitting == null ? ", NULL" : ", '" + fitting.replace("'", "''") + "'";
  }
}
