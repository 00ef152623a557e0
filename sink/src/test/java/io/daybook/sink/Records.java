// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Watermark;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A rollup with one dimension and one measure, and records of it. */
final class Records {
  static final String TOPIC = "t.rollup.daily.g1";
  static final Rollup ROLLUP = rollup();
  static final RollupRecords FORMAT = new RollupRecords(ROLLUP);

  private Records() {}

  private static Rollup rollup() {
    List<Measure> measures = List.of(new Measure("n", SqlType.INT8, null, null, null));
    Fact fact = new Fact("fact", 0, "", List.of(), null, null, null, List.of(), measures);
    List<Column> keys =
        List.of(
            new Column("workspace_id", SqlType.TEXT),
            new Column("day", SqlType.DATE),
            new Column("dimension", SqlType.TEXT));
    return new Rollup("daily", 1, "hash", keys, List.of(), List.of(), List.of(fact));
  }

  static ConsumerRecord<byte[], byte[]> row(
      int partition, long offset, String workspace, String dimension, Long n) {
    byte[] key = FORMAT.key(new Object[] {workspace, 20_000, dimension});
    byte[] value = n == null ? null : FORMAT.value(new Object[] {n});
    return new ConsumerRecord<>(TOPIC, partition, offset, key, value);
  }

  static ConsumerRecord<byte[], byte[]> watermark(int partition, long offset, Watermark mark) {
    return new ConsumerRecord<>(
        TOPIC, partition, offset, ControlRecord.watermarkKey(), ControlRecord.write(mark));
  }
}
