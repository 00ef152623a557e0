// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic in which capture keeps its offset, as somebody with rights on the broker sees it. */
final class CaptureState {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

  private final Map<String, String> clients;
  private final TopicPartition partition;

  CaptureState(Map<String, String> clients, Topics topics) {
    this.clients = clients;
    this.partition = new TopicPartition(topics.captureState().name(), 0);
  }

  /** The last committed record; null where there is none. */
  ConsumerRecord<byte[], byte[]> last() {
    Map<String, Object> config = new java.util.HashMap<>(clients);
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "none");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      consumer.seek(partition, Math.max(begin, end - 1_000));
      ConsumerRecord<byte[], byte[]> last = null;
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          last = record;
        }
      }
      return last;
    }
  }

  /** Puts a state under the key of another one; returns where it stands. */
  long write(byte[] key, byte[] value) throws Exception {
    Map<String, Object> config = new java.util.HashMap<>(clients);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer.send(new ProducerRecord<>(partition.topic(), 0, key, value)).get().offset();
    }
  }

  /** Deletes the topic; comes back when the broker knows it no more. */
  void deleteTopic(Admin admin) throws Exception {
    admin.deleteTopics(List.of(partition.topic())).all().get();
    Await.until(
        GONE_WITHIN,
        "the end of " + partition.topic(),
        () -> !admin.listTopics().names().get().contains(partition.topic()));
  }
}
