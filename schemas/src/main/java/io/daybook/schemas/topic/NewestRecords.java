// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a compacted topic of one partition as the table that it is. */
final class NewestRecords {
  private static final Duration POLL = Duration.ofMillis(200);

  private NewestRecords() {}

  /**
   * The newest committed record of each key, tombstones left out, sorted by key.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  static Map<String, ConsumerRecord<byte[], byte[]>> read(Map<String, Object> kafka, Topic topic) {
    Map<String, ConsumerRecord<byte[], byte[]>> newest = new TreeMap<>();
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          String key = new String(each.key(), StandardCharsets.UTF_8);
          if (each.value() == null) {
            newest.remove(key);
          } else {
            newest.put(key, each);
          }
        }
      }
    }
    return newest;
  }
}
