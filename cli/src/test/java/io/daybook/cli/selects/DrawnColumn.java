// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.schemas.catalogue.Identifier;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A column of a random table.
 *
 * @param values texts that it is given
 */
record DrawnColumn(
    String name, ColumnType type, boolean nullable, boolean unique, List<String> values) {
  private static final int NULLS = 8;

  String quoted() {
    return Identifier.quote(name);
  }

  String ddl() {
    return quoted() + " " + type.sql + (nullable ? "" : " NOT NULL") + (unique ? " UNIQUE" : "");
  }

  /** A value as text, null for NULL. */
  String value(RandomGenerator random) {
    return nullable && random.nextInt(NULLS) == 0
        ? null
        : values.get(random.nextInt(values.size()));
  }

  String literal(String text) {
    return text == null ? "NULL" : Identifier.literal(text) + "::" + type.sql;
  }

  /** A value as Postgres prints it, which is what capture writes. */
  String printed() {
    String text =
        type == ColumnType.BOOLEAN ? quoted() + "::text" : "format('%s', " + quoted() + ")";
    return "CASE WHEN %s IS NOT NULL THEN %s END".formatted(quoted(), text);
  }
}
