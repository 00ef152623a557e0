// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Table;
import java.util.List;

/**
 * A table in a FROM clause: the fact itself, or a parent joined on its primary key or on another
 * unique column of it.
 *
 * @param slot its place in the joined row; the fact has slot 0
 * @param alias as the SELECT names it
 * @param table the columns here are the layout of its row
 * @param required false for a LEFT JOIN
 * @param childSlot slot of the relation that holds the foreign key; -1 for the fact
 * @param childColumn index of the foreign key in that relation's row; -1 for the fact
 * @param keyColumn index of the column that it is compared with in this row; -1 for the fact
 */
public record Relation(
    int slot,
    String alias,
    Table table,
    boolean required,
    int childSlot,
    int childColumn,
    int keyColumn) {

  /** The fact of a SELECT. */
  public static Relation fact(String alias, Table table) {
    return new Relation(0, alias, table, true, -1, -1, -1);
  }

  /** Name of the column by which children find their parent. */
  public String key() {
    return table.columns().get(keyColumn).name();
  }

  /** Whether children name the parent by what its row changes are keyed by. */
  public boolean byPrimaryKey() {
    return table.primaryKey().equals(List.of(key()));
  }
}
