// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which columns of which tables the topics hold, with their types as Postgres prints them.
 *
 * @param columns types by column by table
 */
record CapturedTables(SortedMap<String, SortedMap<String, String>> columns) {

  static CapturedTables of(List<Table> tables) {
    SortedMap<String, SortedMap<String, String>> byTable = new TreeMap<>();
    for (Table table : tables) {
      SortedMap<String, String> types = new TreeMap<>();
      for (Column column : table.columns()) {
        types.put(column.name(), column.type().name());
      }
      byTable.put(table.name().toString(), types);
    }
    return new CapturedTables(byTable);
  }

  /** Whether topics that hold {@code this} hold all that {@code wanted} asks for. */
  boolean cover(CapturedTables wanted) {
    for (Map.Entry<String, SortedMap<String, String>> table : wanted.columns.entrySet()) {
      SortedMap<String, String> held = columns.get(table.getKey());
      if (held == null || !held.entrySet().containsAll(table.getValue().entrySet())) {
        return false;
      }
    }
    return true;
  }
}
