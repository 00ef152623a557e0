// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tables cut down to the columns that SELECTs use. */
final class Layouts {
  private Layouts() {}

  /** Each used table with its used columns and its key, in the table's own order. */
  static Map<TableName, Table> of(List<UsedColumns> users, Catalogue catalogue) {
    Map<TableName, Set<String>> used = new TreeMap<>();
    users.forEach(user -> user.addTo(used));
    Map<TableName, Table> layouts = new TreeMap<>();
    for (Table table : catalogue.tables().values()) {
      Set<String> names = used.get(table.name());
      if (names != null) {
        List<Column> columns =
            table.columns().stream()
                .filter(
                    column ->
                        names.contains(column.name()) || table.primaryKey().contains(column.name()))
                .toList();
        layouts.put(
            table.name(), new Table(table.name(), columns, table.primaryKey(), table.unique()));
      }
    }
    return layouts;
  }
}
