// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random history of the tables behind tree_daily: what each row went through, in order, and the
 * rows as they are in the end. Foreign keys may dangle, as they do in a stream that is behind.
 */
final class RandomHistory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Integer> KEYS =
      Map.of("region", 3, "owner", 3, "courier", 3, "shop", 5, "sale", 25);
  private static final List<String> TABLES =
      List.of("region", "owner", "courier", "shop", "shop", "sale", "sale", "sale", "sale");

  private final Random random;
  private final PlainTables tables = emptyTables();
  private final Map<String, Deque<ArrayNode>> eventsByRow = new TreeMap<>();

  RandomHistory(Random random) {
    this.random = random;
  }

  /** The tables before anything happens. */
  static PlainTables emptyTables() {
    return PlainTables.empty(KEYS.keySet());
  }

  /** Lets this many events happen. */
  void happen(int events) {
    for (int i = 0; i < events; i++) {
      String table = TABLES.get(random.nextInt(TABLES.size()));
      String key = key(table, 1 + random.nextInt(KEYS.get(table)));
      Map<String, String> current = tables.find(table, key);
      int dice = random.nextInt(400);
      if (dice == 0) {
        eventsByRow.keySet().removeIf(row -> row.startsWith(table + " "));
        add(table, "", JSON.createArrayNode().add("truncate").add(table));
      } else if (current != null && dice < 48) {
        add(table, key, change(dice < 24 ? "delete" : "tombstone", table, Map.of("id", key)));
      } else {
        String verb = current == null ? "insert" : "update";
        add(table, key, change(verb, table, row(table, key)));
      }
    }
  }

  /**
   * The events so far, and forgets them: those of one row in their order, rows among each other in
   * any order, as partitions deliver them. What a TRUNCATE ended before is not delivered, since the
   * order of a fence and the rows of its partition is fixed; it stands first.
   */
  List<ArrayNode> delivered() {
    List<ArrayNode> events = new ArrayList<>();
    eventsByRow
        .entrySet()
        .removeIf(entry -> entry.getKey().endsWith(" ") && events.addAll(entry.getValue()));
    List<Deque<ArrayNode>> left = new ArrayList<>(eventsByRow.values());
    while (!left.isEmpty()) {
      int next = random.nextInt(left.size());
      events.add(left.get(next).poll());
      if (left.get(next).isEmpty()) {
        left.remove(next);
      }
    }
    eventsByRow.clear();
    return events;
  }

  private void add(String table, String key, ArrayNode event) {
    tables.apply(event);
    eventsByRow.computeIfAbsent(table + " " + key, any -> new ArrayDeque<>()).add(event);
  }

  private static ArrayNode change(String verb, String table, Map<String, String> row) {
    return JSON.createArrayNode().add(verb).add(table).add(JSON.valueToTree(row));
  }

  private Map<String, String> row(String table, String key) {
    Map<String, String> row = new TreeMap<>();
    row.put("id", key);
    switch (table) {
      case "region" -> row.put("label", oneOf("North", "South"));
      case "owner" -> row.put("name", oneOf("Ann", "Bob", null));
      case "courier" -> row.put("company", oneOf("Alpha", "Beta"));
      case "shop" -> {
        row.put("region_id", reference("region"));
        row.put("owner_id", reference("owner"));
        row.put("tenant", oneOf("w1", "w2", null));
      }
      default -> {
        row.put("shop_id", reference("shop"));
        row.put("courier_id", reference("courier"));
        row.put("sold_on", oneOf("2026-01-05", "2026-01-06", "infinity", null));
        row.put("pieces", oneOf("1", "2", "-3", null));
      }
    }
    return row;
  }

  private String reference(String table) {
    return random.nextInt(5) == 0 ? null : key(table, 1 + random.nextInt(KEYS.get(table)));
  }

  private static String key(String table, int number) {
    return table.equals("courier")
        ? "00000000-0000-0000-0000-00000000000" + number
        : Integer.toString(number);
  }

  private String oneOf(String... values) {
    return values[random.nextInt(values.length)];
  }
}
