// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.schemas.catalogue.SqlType.Kind;
import java.util.List;

/** What columns of random tables are declared as, with a few values that soon come again. */
enum ColumnType {
  BOOLEAN(Kind.BOOLEAN, "boolean", "true", "false"),
  SMALLINT(Kind.INT2, "smallint", "-2", "0", "1", "7"),
  INTEGER(Kind.INT4, "integer", "-25", "0", "1", "3", "4000"),
  BIGINT(Kind.INT8, "bigint", "-8", "0", "5", "30000000000"),
  NUMERIC(Kind.NUMERIC, "numeric", "0", "1.5", "1.50", "-2.25", "100", "0.001", "NaN", "Infinity"),
  PRICE(Kind.NUMERIC, "numeric(12,2)", "0", "19.99", "20", "-3.5"),
  TEXT(Kind.TEXT, "text", "", "a", "b", "ab", "A", "é", "a 😀", "it's", "\"\\"),
  VARCHAR(Kind.TEXT, "varchar(20)", "a", "b", "a%", " a "),
  CHAR(Kind.BPCHAR, "char(4)", "", "a", "ab", "abcd"),
  UUID(
      Kind.UUID,
      "uuid",
      "00000000-0000-0000-0000-000000000000",
      "123e4567-e89b-12d3-a456-426614174000"),
  LEVEL(Kind.ENUM, "\"Level\"", "low", "high", "Very \"high\""),
  DATE(Kind.DATE, "date", "2024-02-28", "2024-02-29", "1999-12-31", "0044-03-15 BC", "infinity"),
  TIMESTAMP(
      Kind.TIMESTAMP,
      "timestamp",
      "2024-02-28 23:59:59.999999",
      "2024-02-29 00:00:00",
      "2024-02-29 12:30:00.25",
      "1969-12-31 23:59:59.999",
      "-infinity"),
  MILLIS(Kind.TIMESTAMP, "timestamp(3)", "2024-02-28 10:00:00.123", "2024-02-29 10:00:00"),
  ZONED(Kind.TIMESTAMPTZ, "timestamptz", "2024-02-28 23:30:00+00", "2024-02-29 01:30:00.5+02");

  /** Types of the columns by which rows are told apart, and by which parents are joined. */
  static final List<ColumnType> KEYS = List.of(SMALLINT, INTEGER, BIGINT, TEXT, VARCHAR, UUID);

  final Kind kind;
  final String sql;
  final List<String> values;

  ColumnType(Kind kind, String sql, String... values) {
    this.kind = kind;
    this.sql = sql;
    this.values = List.of(values);
  }

  /** The n-th of the values that keys of this type have. */
  String key(int n) {
    return switch (this) {
      case SMALLINT, INTEGER, BIGINT -> Integer.toString(n);
      case TEXT, VARCHAR -> List.of("k", "k1", "", "k \"3\"", "é😀", "\\").get(n % 6) + n / 6;
      case UUID -> "00000000-0000-4000-8000-%012d".formatted(n);
      case DATE -> "2024-01-%02d".formatted(n + 1);
      default -> throw new IllegalArgumentException(this + " is no type of a key");
    };
  }

  /** The types whose columns may refer to a key of this one. */
  List<ColumnType> referring() {
    return KEYS.stream()
        .filter(type -> type.kind == kind || (type.kind.isInteger() && kind.isInteger()))
        .toList();
  }
}
