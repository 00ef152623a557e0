// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The tables behind tree_daily as plain maps: rows by table and key, as texts. */
record PlainTables(Map<String, Map<String, Map<String, String>>> tables) {

  /** Empty tables of these names. */
  static PlainTables empty(Iterable<String> names) {
    Map<String, Map<String, Map<String, String>>> tables = new TreeMap<>();
    names.forEach(name -> tables.put(name, new HashMap<>()));
    return new PlainTables(tables);
  }

  /** A row, null where there is none. */
  Map<String, String> find(String table, String key) {
    return key == null ? null : tables.get(table).get(key);
  }

  /** Lets an event happen; false for an update of a row that is not there. */
  boolean apply(JsonNode event) {
    Map<String, Map<String, String>> rows = tables.get(event.get(1).asText());
    if (event.get(0).asText().equals("truncate")) {
      rows.clear();
      return true;
    }
    Map<String, String> named = new TreeMap<>();
    event
        .get(2)
        .properties()
        .forEach(
            each ->
                named.put(
                    each.getKey(), each.getValue().isNull() ? null : each.getValue().asText()));
    String key = named.get("id");
    switch (event.get(0).asText()) {
      case "insert" -> rows.put(key, named);
      case "update" -> {
        if (!rows.containsKey(key)) {
          return false;
        }
        rows.get(key).putAll(named);
      }
      case "delete", "tombstone" -> rows.remove(key);
      default -> throw new IllegalArgumentException("not an event of a history: " + event);
    }
    return true;
  }
}
