// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, String> sourceTypes = new HashMap<>();
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

  /** The stream begins, which may say in other words than a snapshot what a column's type is. */
  void begin() {
    byTopic.values().forEach(known -> known.sourceTypes.clear());
  }

  /**
   * Takes a captured table's next record.
   *
   * @throws HistoryBrokenException if its columns are not those of the definitions, or not those of
   *     the records before
   */
  void check(SourceRecord record) {
    Schema schema = record.valueSchema();
    Known known = byTopic.get(record.topic());
    if (schema == null || known == null || schema == known.last) {
      return;
    }
    Schema row = schema.field("after").schema();
    for (Column column : known.table.columns()) {
      Field field = row.field(column.name());
      if (field == null) {
        throw broken(known, column, "no more");
      }
      String sourceType = sourceType(field.schema().parameters());
      String before = known.sourceTypes.putIfAbsent(column.name(), sourceType);
      if (before != null && !before.equals(sourceType)
          || !fits(column.type().kind(), field.schema().type())) {
        throw broken(known, column, "with another type: " + sourceType);
      }
    }
    known.last = schema;
  }

  private static boolean fits(SqlType.Kind kind, Schema.Type type) {
    return switch (kind) {
      case BOOLEAN -> type == Schema.Type.BOOLEAN;
      case INT2 -> type == Schema.Type.INT16;
      case INT4 -> type == Schema.Type.INT32;
      case INT8 -> type == Schema.Type.INT64;
      case NUMERIC, TEXT, BPCHAR, UUID, ENUM, DATE, TIMESTAMP, TIMESTAMPTZ, ARRAY, JSONB ->
          type == Schema.Type.STRING;
      case INTERVAL, UNSUPPORTED -> true;
    };
  }

  private static HistoryBrokenException broken(Known known, Column column, String how) {
    return new HistoryBrokenException(
        "an event of %s has the column \"%s\" %s"
            .formatted(known.table.name().quoted(), column.name(), how));
  }

  private static String sourceType(Map<String, String> parameters) {
    StringBuilder type = new StringBuilder();
    for (String name : SOURCE_TYPE) {
      type.append(parameters == null ? null : parameters.get(name)).append(' ');
    }
    return type.toString().strip();
  }
}
