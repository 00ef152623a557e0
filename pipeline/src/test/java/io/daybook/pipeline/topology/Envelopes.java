// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Position;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes keys and envelopes of one table as capture does: Debezium's, as JSON without schema. */
public record Envelopes(Table table) {
  /** What stands for a value that Postgres did not send because it did not change. */
  public static final String UNAVAILABLE = EnvelopeReader.UNAVAILABLE_TEXT;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Key bytes of a row: its primary key columns, in key order. */
  public byte[] key(Map<String, String> row) {
    return bytes(keyOnly(row));
  }

  /** The envelope of an insert ({@code c}), update ({@code u}) or row of a snapshot ({@code r}). */
  public byte[] row(String op, Map<String, String> row, Position position) {
    ObjectNode after = JsonNodeFactory.instance.objectNode();
    for (Column column : table.columns()) {
      put(after, column, row.get(column.name()));
    }
    return envelope(op, null, after, position);
  }

  /** The envelope of a delete: with replica identity DEFAULT it knows the key alone. */
  public byte[] delete(Map<String, String> key, Position position) {
    return envelope("d", keyOnly(key), null, position);
  }

  private byte[] envelope(String op, ObjectNode before, ObjectNode after, Position position) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.set("before", before);
    envelope.set("after", after);
    ObjectNode source = envelope.putObject("source");
    source.put("version", "3.6.1.Final").put("connector", "postgresql").put("name", "t");
    source.put("ts_ms", 1_767_225_600_000L).put("snapshot", op.equals("r") ? "true" : "false");
    source.put("db", "app").put("schema", table.name().schema());
    source.put("table", table.name().name()).put("txId", 700);
    source.put("lsn", position.change().value()).putNull("xmin");
    envelope.putNull("transaction").put("op", op).put("ts_ms", 1_767_225_600_001L);
    return bytes(envelope);
  }

  private ObjectNode keyOnly(Map<String, String> row) {
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    for (String name : table.primaryKey()) {
      if (row.get(name) == null) {
        throw new IllegalArgumentException("A row of " + table.name() + " needs " + name);
      }
      put(key, table.columns().get(table.indexOf(name)), row.get(name));
    }
    return key;
  }

  private static void put(ObjectNode object, Column column, String text) {
    SqlType.Kind kind = column.type().kind();
    if (text == null) {
      object.putNull(column.name());
    } else if (kind.isInteger()) {
      object.put(column.name(), Long.parseLong(text));
    } else if (kind == SqlType.Kind.BOOLEAN) {
      object.put(column.name(), Boolean.parseBoolean(text));
    } else {
      object.put(column.name(), text);
    }
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
