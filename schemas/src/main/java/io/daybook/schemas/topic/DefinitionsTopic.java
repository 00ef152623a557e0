// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes and reads {@link Topics#definitions()}; the topic must exist. */
public final class DefinitionsTopic {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Topic topic;
  private final Map<String, Object> kafka;

  /**
   * Opens nothing yet.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public DefinitionsTopic(Topics topics, Map<String, String> kafka) {
    this.topic = topics.definitions();
    this.kafka = Map.copyOf(kafka);
  }

  /** Writes definitions; returns when the broker has them. */
  public void publish(List<DefinitionRecord> definitions) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (DefinitionRecord each : definitions) {
        producer.send(new ProducerRecord<>(topic.name(), 0, each.key(), each.value())).get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("Definitions could not be written to " + topic.name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while writing to " + topic.name(), e);
    }
  }

  /** Everything in the topic now, one record for each rollup and generation, sorted by key. */
  public List<DefinitionRecord> load() {
    Map<String, DefinitionRecord> newest = new TreeMap<>();
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          String key = new String(each.key(), java.nio.charset.StandardCharsets.UTF_8);
          if (each.value() == null) {
            newest.remove(key);
          } else {
            newest.put(key, DefinitionRecord.read(each.value()));
          }
        }
      }
    }
    return new ArrayList<>(newest.values());
  }
}
