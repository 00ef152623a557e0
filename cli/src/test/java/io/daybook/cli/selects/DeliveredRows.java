// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.pipeline.topology.Envelopes;
import io.daybook.pipeline.topology.TableRecord;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows that records leave behind, in plain maps: what a table must have been. */
final class DeliveredRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Map<String, Row>> tables = new HashMap<>();

  /**
   * A row as the newest record about it says.
   *
   * @param values by column, as texts
   */
  private record Row(int epoch, Map<String, String> values) {}

  /** Takes a record in; false where it leaves out a value of a row that is not there. */
  boolean apply(TableRecord record) {
    Map<String, Row> rows =
        tables.computeIfAbsent(record.table().name(), any -> new LinkedHashMap<>());
    if (ControlRecord.isFence(record.key())) {
      end(ControlRecord.readFence(record.value()), rows);
      return true;
    }
    if (ControlRecord.isWatermark(record.key())) {
      return true;
    }
    String key = new String(record.key(), UTF_8);
    Row before = rows.get(key);
    JsonNode after = record.value() == null ? null : read(record.value()).get("after");
    if (after == null || after.isNull()) {
      rows.remove(key);
      return true;
    }
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : after.properties()) {
      String text = each.getValue().isNull() ? null : each.getValue().asText();
      if (Envelopes.UNAVAILABLE.equals(text)) {
        if (before == null) {
          return false;
        }
        text = before.values.get(each.getKey());
      }
      values.put(each.getKey(), text);
    }
    rows.put(key, new Row(record.position().epoch(), values));
    return true;
  }

  private static void end(Fence fence, Map<String, Row> rows) {
    if (fence instanceof Fence.SnapshotEnd end) {
      rows.values().removeIf(row -> row.epoch < end.epoch());
    } else {
      rows.clear();
    }
  }

  /** Puts them in the place of the rows that the tables have. */
  void replace(List<DrawnTable> all, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (DrawnTable table : all) {
        statement.execute("DELETE FROM " + table.quoted());
        List<String> rows = new ArrayList<>();
        for (Row row : tables.getOrDefault(table.name(), Map.of()).values()) {
          rows.add(
              table.all().stream()
                  .map(column -> column.literal(row.values.get(column.name())))
                  .collect(joining(", ", "(", ")")));
        }
        if (!rows.isEmpty()) {
          String names = table.all().stream().map(DrawnColumn::quoted).collect(joining(", "));
          statement.execute(
              "INSERT INTO %s (%s) VALUES %s"
                  .formatted(table.quoted(), names, String.join(", ", rows)));
        }
      }
    }
  }

  /** A record in a line. */
  static String line(TableRecord record) {
    String text = record.table().name() + " ";
    if (ControlRecord.isFence(record.key())) {
      return text + ControlRecord.readFence(record.value());
    }
    if (ControlRecord.isWatermark(record.key())) {
      return text + ControlRecord.readWatermark(record.value());
    }
    text += new String(record.key(), UTF_8);
    if (record.value() == null) {
      return text + " tombstone";
    }
    JsonNode envelope = read(record.value());
    return text + " " + envelope.get("op").asText() + " " + envelope.get("after");
  }

  private static JsonNode read(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
