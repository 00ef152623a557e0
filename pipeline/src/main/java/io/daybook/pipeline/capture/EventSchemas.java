// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Notices in the events themselves that a used column is gone or has another type: such an event
 * must not get into a topic, and between DDL and the next heartbeat there may be some. Not
 * thread-safe.
 */
final class EventSchemas {
  private static final List<String> SOURCE_TYPE =
      List.of(
          "__debezium.source.column.type",
          "__debezium.source.column.length",
          "__debezium.source.column.scale");

  private final Map<String, Known> byTopic = new HashMap<>();

  /** A table with the schema that its last event had; one object serves until the table changes. */
  private static final class Known {
    private final Table table;
    private final SortedMap<String, String> types = new TreeMap<>();
    private Schema last;

    private Known(Table table) {
      this.table = table;
    }
  }

  EventSchemas(List<Table> tables, Topics topics) {
    for (Table table : tables) {
      byTopic.put(CdcRecords.debeziumName(topics.cdc(table.name())), new Known(table));
    }
  }

  /** Forgets the types so far: a snapshot may describe the same column in other words. */
  void begin() {
    for (Known known : byTopic.values()) {
      known.types.clear();
      known.last = null;
    }
  }

  /**
   * Takes a captured table's next record.
   *
   * @throws HistoryBrokenException if its columns are not those of the records before
   */
  void check(SourceRecord record) {
    Schema schema = record.valueSchema();
    Known known = byTopic.get(record.topic());
    if (schema == null || known == null || schema == known.last) {
      return;
    }
    Schema row = schema.field("after").schema();
    for (Column column : known.table.columns()) {
      String type = type(row.field(column.name()));
      String before = known.types.putIfAbsent(column.name(), type);
      if (type.isEmpty() || before != null && !before.equals(type)) {
        throw new HistoryBrokenException(
            "an event of "
                + known.table.name().quoted()
                + " has column \""
                + column.name()
                + "\" "
                + (type.isEmpty() ? "no more" : "as " + type + ", before it was " + before));
      }
    }
    known.last = schema;
  }

  /** The type in Kafka and in Postgres; empty where there is no field. */
  private static String type(Field field) {
    if (field == null) {
      return "";
    }
    StringBuilder type = new StringBuilder(field.schema().type().getName());
    Map<String, String> parameters = field.schema().parameters();
    if (parameters != null) {
      SOURCE_TYPE.forEach(name -> type.append(' ').append(parameters.get(name)));
    }
    return type.toString();
  }
}
