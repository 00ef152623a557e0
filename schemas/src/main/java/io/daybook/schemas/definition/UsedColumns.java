// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import io.daybook.schemas.sql.Select;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which columns of which tables one SELECT names. */
final class UsedColumns {
  private final Select select;
  private final Catalogue catalogue;

  UsedColumns(Select select, Catalogue catalogue) {
    this.select = select;
    this.catalogue = catalogue;
  }

  /** Adds them by table; a table of FROM without a used column is there with none. */
  void addTo(Map<TableName, Set<String>> used) {
    for (Select.FromTable from : select.tables()) {
      used.computeIfAbsent(catalogue.tables().get(from.written()).name(), name -> new TreeSet<>());
    }
    select
        .nodes()
        .filter(Node.ColumnUse.class::isInstance)
        .map(Node.ColumnUse.class::cast)
        .forEach(use -> add(use, used));
    for (Select.FromTable from : select.tables()) {
      if (from.on() != null) {
        add(from.on().left(), used);
        add(from.on().right(), used);
      }
    }
  }

  private void add(Node.ColumnUse use, Map<TableName, Set<String>> used) {
    Table table = catalogue.tables().get(select.tables().get(slotOf(use)).written());
    used.computeIfAbsent(table.name(), name -> new TreeSet<>()).add(use.name());
  }

  /** The table of FROM that a column belongs to, by alias or because only it has such a column. */
  int slotOf(Node.ColumnUse use) {
    List<Select.FromTable> tables = select.tables();
    for (int slot = 0; slot < tables.size(); slot++) {
      Select.FromTable from = tables.get(slot);
      boolean named = use.qualifier() != null && use.qualifier().equals(from.alias());
      boolean only =
          use.qualifier() == null
              && catalogue.tables().get(from.written()).indexOf(use.name()) >= 0;
      if (named || only) {
        return slot;
      }
    }
    throw new RefusedException(use.place(), "No table in FROM has " + use.sql() + ".", "");
  }
}
