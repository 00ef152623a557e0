// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the CDC topics of a rollup from beginning to end and does nothing with them: a floor. */
final class PlainConsumer {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Installation installation;

  PlainConsumer(Installation installation) {
    this.installation = installation;
  }

  /** Changes of rows that it has read, and how long that took. */
  record Reading(long rows, double seconds) {}

  Reading read(Rollup rollup) {
    Map<String, Object> config = new HashMap<>(installation.config().kafka());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    List<TopicPartition> partitions =
        rollup.tables().stream()
            .map(table -> installation.topics().cdc(table.name()))
            .map(Topic::topicPartitions)
            .flatMap(List::stream)
            .toList();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      final long began = System.nanoTime();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long rows = 0;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (!ControlRecord.isWatermark(record.key()) && !ControlRecord.isFence(record.key())) {
            rows++;
          }
        }
      }
      return new Reading(rows, (System.nanoTime() - began) / 1e9);
    }
  }
}
