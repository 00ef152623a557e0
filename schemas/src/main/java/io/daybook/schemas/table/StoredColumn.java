// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.definition.Measure;

/**
 * A column of a rollup's table, view and read function.
 *
 * @param name unquoted
 * @param type SQL name of the type that holds it; enums are kept as text, since a column of the
 *     source's own type would make the user's {@code DROP TYPE} fail and cannot exist elsewhere;
 *     {@code char(n)} has no length
 * @param numeric true when equal values may have different text, as 1.5 and 1.50
 */
public record StoredColumn(String name, String type, boolean numeric) {

  public static StoredColumn of(Column column) {
    return of(column.name(), column.type());
  }

  public static StoredColumn of(Measure measure) {
    return of(measure.name(), measure.type());
  }

  private static StoredColumn of(String name, SqlType type) {
    String held =
        switch (type.kind()) {
          case ENUM -> "text";
          // Without a length the name that format_type prints, character, means character(1).
          case BPCHAR -> "bpchar";
          default -> type.name();
        };
    return new StoredColumn(name, held, type.kind() == SqlType.Kind.NUMERIC);
  }

  /** The name as SQL takes it. */
  public String quoted() {
    return Identifier.quote(name);
  }

  /** Whether it holds text of any length. */
  boolean isText() {
    return type.startsWith("text") || type.startsWith("character") || type.equals("bpchar");
  }

  /** The same text for equal values and only for those; NULL stays NULL. */
  public String comparable(String expression) {
    return numeric ? "trim_scale(" + expression + ")::text" : "(" + expression + ")::text";
  }
}
