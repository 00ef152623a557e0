// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class EventSchemasTest {
  private static final Topics TOPICS = new Topics("t", 1);
  private static final Table PARCEL =
      new Table(
          new TableName("public", "Parcel"),
          List.of(new Column("id", SqlType.INT4), new Column("due", SqlType.DATE)),
          List.of("id"));

  private final EventSchemas schemas = new EventSchemas(List.of(PARCEL), TOPICS);

  @Test
  void eventsAsTheDefinitionsWereReadPass() {
    schemas.check(event(row("INT4", Schema.INT32_SCHEMA, "DATE")));
    schemas.check(
        event(row("INT4", Schema.INT32_SCHEMA, "DATE").field("more", Schema.INT8_SCHEMA)));
    schemas.check(new SourceRecord(null, null, TOPICS.cdc(PARCEL.name()).name(), null, null));
  }

  @Test
  void anEventWithoutAUsedColumnIsRefused() {
    SchemaBuilder row = SchemaBuilder.struct().optional().field("id", Schema.INT32_SCHEMA);
    assertRefused(row, "\"due\" no more");
  }

  @Test
  void theFirstEventIsRefusedWhereItsTypeIsNotTheDefinitions() {
    assertRefused(row("TEXT", Schema.STRING_SCHEMA, "DATE"), "\"id\" with another type");
  }

  @Test
  void anotherTypeOfTheSameRepresentationIsRefusedWithinAStream() {
    schemas.check(event(row("INT4", Schema.INT32_SCHEMA, "DATE")));
    assertRefused(row("INT4", Schema.INT32_SCHEMA, "TIMESTAMP"), "\"due\" with another type");
    schemas.begin();
    assertDoesNotThrow(() -> schemas.check(event(row("INT4", Schema.INT32_SCHEMA, "TIMESTAMP"))));
  }

  private void assertRefused(SchemaBuilder row, String words) {
    HistoryBrokenException broken =
        assertThrows(HistoryBrokenException.class, () -> schemas.check(event(row)));
    assertTrue(broken.getMessage().contains(words), broken.getMessage());
  }

  private static SchemaBuilder row(String idName, Schema id, String due) {
    return SchemaBuilder.struct()
        .optional()
        .field("id", typed(new SchemaBuilder(id.type()), idName))
        .field("due", typed(SchemaBuilder.string().optional(), due));
  }

  private static Schema typed(SchemaBuilder field, String name) {
    return field.parameters(Map.of("__debezium.source.column.type", name)).build();
  }

  private static SourceRecord event(SchemaBuilder row) {
    Schema envelope = SchemaBuilder.struct().field("after", row.build()).build();
    return new SourceRecord(
        null, null, TOPICS.cdc(PARCEL.name()).name(), null, null, envelope, null);
  }
}
