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

  /** One of them alone. */
  CapturedTables only(String table) {
    SortedMap<String, SortedMap<String, String>> one = new TreeMap<>();
    one.put(table, columns.get(table));
    return new CapturedTables(one);
  }

  /** These, with all columns of one more or of a wider one. */
  CapturedTables with(String table, SortedMap<String, String> all) {
    SortedMap<String, SortedMap<String, String>> more = new TreeMap<>(columns);
    more.put(table, all);
    return new CapturedTables(more);
  }

  /** Tables and columns of both. */
  CapturedTables and(CapturedTables other) {
    SortedMap<String, SortedMap<String, String>> union = new TreeMap<>(columns);
    other.columns.forEach(
        (table, types) -> {
          SortedMap<String, String> all = new TreeMap<>(columns.getOrDefault(table, types));
          all.putAll(types);
          union.put(table, all);
        });
    return new CapturedTables(union);
  }

  /** What both have: tables of either, with the columns of either. */
  CapturedTables within(CapturedTables other) {
    SortedMap<String, SortedMap<String, String>> both = new TreeMap<>();
    columns.forEach(
        (table, types) -> {
          SortedMap<String, String> others = other.columns.get(table);
          if (others != null) {
            SortedMap<String, String> common = new TreeMap<>(types);
            common.entrySet().retainAll(others.entrySet());
            both.put(table, common);
          }
        });
    return new CapturedTables(both);
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
