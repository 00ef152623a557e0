// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.schemas.topic.Account;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Watermark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All committed records of one CDC topic, and what a table that follows them would hold. */
final class CdcLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A row as the topic has it now. */
  record Row(int epoch, JsonNode columns) {}

  final List<ConsumerRecord<byte[], byte[]>> rows = new ArrayList<>();
  final List<Fence> fences = new ArrayList<>();
  final List<Watermark> watermarks = new ArrayList<>();
  final SortedMap<String, Row> table = new TreeMap<>();

  /** Each watermark whose account is not what stands before it in its partition. */
  final List<String> miscounts = new ArrayList<>();

  static CdcLog read(String kafka, Topic topic) throws IOException {
    CdcLog log = new CdcLog();
    for (int partition = 0; partition < topic.partitions(); partition++) {
      log.table.putAll(log.fold(records(kafka, topic, partition)));
    }
    return log;
  }

  private SortedMap<String, Row> fold(List<ConsumerRecord<byte[], byte[]>> records)
      throws IOException {
    SortedMap<String, Row> held = new TreeMap<>();
    SortedMap<Integer, Long> rowsByEpoch = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Position position = Position.read(record.headers());
      if (ControlRecord.isFence(record.key())) {
        Fence fence = ControlRecord.readFence(record.value());
        fences.add(fence);
        held.values()
            .removeIf(row -> fence instanceof Fence.Truncate || row.epoch() < fence.epoch());
      } else if (ControlRecord.isWatermark(record.key())) {
        watermarks.add(ControlRecord.readWatermark(record.value()));
        audit(record, rowsByEpoch);
      } else {
        rows.add(record);
        rowsByEpoch.merge(position.epoch(), 1L, Long::sum);
        String key = new String(record.key(), StandardCharsets.UTF_8);
        JsonNode after =
            record.value() == null ? null : JSON.readTree(record.value()).required("after");
        if (after == null || after.isNull()) {
          held.remove(key);
        } else {
          held.put(key, new Row(position.epoch(), after));
        }
      }
    }
    return held;
  }

  private void audit(ConsumerRecord<byte[], byte[]> record, SortedMap<Integer, Long> rowsByEpoch) {
    Account account = ControlRecord.readAccount(record.value()).orElse(new Account(0, -1));
    long rows =
        rowsByEpoch.tailMap(account.countedFrom()).values().stream().mapToLong(n -> n).sum();
    if (account.records() != rows) {
      miscounts.add(
          "%s-%d at %d: %s, but %d records"
              .formatted(record.topic(), record.partition(), record.offset(), account, rows));
    }
  }

  /** All committed records of one partition. */
  static List<ConsumerRecord<byte[], byte[]>> records(String kafka, Topic topic, int number) {
    TopicPartition partition = new TopicPartition(topic.name(), number);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** The operations of a key's records in order; T for a tombstone. */
  String operations(String key) {
    StringBuilder letters = new StringBuilder();
    IntStream.range(0, rows.size())
        .mapToObj(rows::get)
        .filter(row -> new String(row.key(), StandardCharsets.UTF_8).equals(key))
        .forEach(row -> letters.append(operation(row)));
    return letters.toString();
  }

  private static String operation(ConsumerRecord<byte[], byte[]> row) {
    try {
      return row.value() == null ? "T" : JSON.readTree(row.value()).required("op").textValue();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
