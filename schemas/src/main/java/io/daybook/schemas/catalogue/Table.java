// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.util.List;

/**
 * A source table as far as definitions use it.
 *
 * @param name its schema and name
 * @param columns the used ones, primary key included, in the table's own order
 * @param primaryKey names of its key columns, in key order; never empty
 */
public record Table(TableName name, List<Column> columns, List<String> primaryKey) {
  public Table {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
  }

  /** Index in {@link #columns}, or -1. */
  public int indexOf(String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(column)) {
        return i;
      }
    }
    return -1;
  }
}
