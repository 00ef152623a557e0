// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.util.List;

/**
 * A source table as far as definitions use it.
 *
 * @param name its schema and name
 * @param columns the used ones, primary key included, in the table's own order
 * @param primaryKey names of its key columns, in key order; never empty
 * @param unique names of all columns, used or not, that are unique each by itself where they are
 *     not NULL; a primary key is not named again
 */
public record Table(
    TableName name, List<Column> columns, List<String> primaryKey, List<String> unique) {
  public Table {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
    // Definitions that were recorded before unique columns counted do not have them.
    unique = unique == null ? List.of() : List.copyOf(unique);
  }

  /** A table without further unique columns. */
  public Table(TableName name, List<Column> columns, List<String> primaryKey) {
    this(name, columns, primaryKey, List.of());
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
