// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Account;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.LoadMark;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Watermark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** Makes the records of CDC topics: rows as JSON without schemas, fences and watermarks. */
final class CdcRecords {
  private final CaptureSettings settings;
  private final Map<String, Topic> topics = new HashMap<>();
  private final Map<String, String> tables = new HashMap<>();
  private final JsonConverter keys = converter(true);
  private final JsonConverter values = converter(false);

  CdcRecords(CaptureSettings settings) {
    this.settings = settings;
    for (Table table : settings.tables()) {
      Topic topic = settings.topics().cdc(table.name());
      tables.put(debeziumName(topic), table.name().toString());
      Topic other = topics.put(debeziumName(topic), topic);
      if (other != null) {
        throw new FatalCaptureException(
            "The topics " + other.name() + " and " + topic.name() + " cannot be told apart");
      }
    }
  }

  /** Debezium replaces what a topic's name must not hold. */
  static String debeziumName(Topic topic) {
    return topic.name().replaceAll("[^a-zA-Z0-9._-]", "_");
  }

  /** Nulls stay nulls: by default a null would be written as the column's DEFAULT. */
  private static JsonConverter converter(boolean forKeys) {
    JsonConverter converter = new JsonConverter();
    converter.configure(
        Map.of("schemas.enable", "false", "replace.null.with.default", "false"), forKeys);
    return converter;
  }

  /** Whether the record is of a captured table. */
  boolean isCaptured(SourceRecord record) {
    return topics.containsKey(record.topic());
  }

  /** One row's change, or the tombstone after a delete. */
  ProducerRecord<byte[], byte[]> row(
      SourceRecord record, Position position, LoadMark mark, long timestampMs) {
    Topic to = topics.get(record.topic());
    String topic = to.name();
    byte[] key = keys.fromConnectData(topic, record.keySchema(), record.key());
    byte[] value =
        record.value() == null
            ? null
            : values.fromConnectData(topic, record.valueSchema(), record.value());
    Headers headers = at(position);
    mark.addTo(headers);
    for (Header header : record.headers()) {
      headers.add(
          header.key(),
          values.fromConnectHeader(topic, header.key(), header.schema(), header.value()));
    }
    return new ProducerRecord<>(topic, to.partitionOf(key), timestampMs, key, value, headers);
  }

  /** A row that was read beside the stream. */
  ProducerRecord<byte[], byte[]> read(
      Table table, TableReader.Row row, Position position, LoadMark mark, long timestampMs) {
    Topic to = topics.get(debeziumName(settings.topics().cdc(table.name())));
    Headers headers = at(position);
    mark.addTo(headers);
    return new ProducerRecord<>(
        to.name(), to.partitionOf(row.key()), timestampMs, row.key(), row.value(), headers);
  }

  /** The name of a record's captured table. */
  String table(SourceRecord record) {
    return tables.get(record.topic());
  }

  /** The same fence to every partition of the record's table. */
  List<ProducerRecord<byte[], byte[]>> fence(
      SourceRecord record, Fence fence, Position position, long timestampMs) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    spread(
        topics.get(record.topic()),
        ControlRecord.fenceKey(),
        ControlRecord.write(fence),
        position,
        timestampMs,
        records);
    return records;
  }

  /** The same fence to every partition of every table. */
  List<ProducerRecord<byte[], byte[]>> fenceEverywhere(
      Fence fence, Position position, long timestampMs) {
    byte[] value = ControlRecord.write(fence);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Topic topic : topics.values()) {
      spread(topic, ControlRecord.fenceKey(), value, position, timestampMs, records);
    }
    return records;
  }

  /**
   * Says to every partition of every table that the epoch's snapshot has begun and that nothing is
   * complete until it is: a watermark above all of the epoch before and below all of its own.
   */
  List<ProducerRecord<byte[], byte[]>> healing(int epoch, Tally tally) {
    Watermark nothing = new Watermark(epoch, Lsn.ZERO, Instant.EPOCH);
    return watermark(nothing, tally, Loads.NONE, System.currentTimeMillis());
  }

  /**
   * The watermark to every partition of every table, each with its partition's account and its
   * table's last load.
   */
  List<ProducerRecord<byte[], byte[]>> watermark(
      Watermark watermark, Tally tally, Loads loads, long timestampMs) {
    Position position =
        new Position(watermark.epoch(), watermark.commitLsn(), watermark.commitLsn());
    byte[] key = ControlRecord.watermarkKey();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Map.Entry<String, Topic> each : topics.entrySet()) {
      Topic topic = each.getValue();
      int load = loads.done(tables.get(each.getKey()));
      for (int partition = 0; partition < topic.partitions(); partition++) {
        Account account = tally.of(topic.name(), partition).orElse(null);
        byte[] value = ControlRecord.write(watermark, account, load);
        records.add(
            new ProducerRecord<>(topic.name(), partition, timestampMs, key, value, at(position)));
      }
    }
    return records;
  }

  private static void spread(
      Topic topic,
      byte[] key,
      byte[] value,
      Position position,
      long timestampMs,
      List<ProducerRecord<byte[], byte[]>> to) {
    for (int partition = 0; partition < topic.partitions(); partition++) {
      to.add(new ProducerRecord<>(topic.name(), partition, timestampMs, key, value, at(position)));
    }
  }

  private static Headers at(Position position) {
    return new RecordHeaders().add(Position.HEADER, position.toHeader());
  }
}
