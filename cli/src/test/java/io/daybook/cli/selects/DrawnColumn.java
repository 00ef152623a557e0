// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.schemas.catalogue.Identifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A column of a random table.
 *
 * @param unique how, as SQL; empty for a column that is not, and for keys
 * @param values texts that it is given
 */
record DrawnColumn(
    String name, ColumnType type, boolean nullable, String unique, List<String> values) {
  static final String DEFERRABLE = " UNIQUE DEFERRABLE";
  static final String WITH_ONE_NULL = " UNIQUE NULLS NOT DISTINCT";
  private static final int NULLS = 8;

  String quoted() {
    return Identifier.quote(name);
  }

  String ddl() {
    return quoted() + " " + type.sql + (nullable ? "" : " NOT NULL") + unique;
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

  /** Whether a row may not be given this value because another one has it. */
  boolean isTaken(String value, Collection<Map<String, String>> rows) {
    boolean counts = value != null || unique.equals(WITH_ONE_NULL);
    return !unique.isEmpty()
        && counts
        && rows.stream().anyMatch(row -> Objects.equals(row.get(name), value));
  }

  /** A value as Postgres prints it, which is what capture writes. */
  String printed() {
    String text =
        type == ColumnType.BOOLEAN ? quoted() + "::text" : "format('%s', " + quoted() + ")";
    return "CASE WHEN %s IS NOT NULL THEN %s END".formatted(quoted(), text);
  }
}
