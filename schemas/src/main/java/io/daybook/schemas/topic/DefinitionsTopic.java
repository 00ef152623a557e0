// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes and reads {@link Topics#definitions()}; the topic must exist. */
public final class DefinitionsTopic {
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
    write(
        definitions.stream()
            .map(each -> new ProducerRecord<>(topic.name(), 0, each.key(), each.value()))
            .toList());
  }

  /** Removes a generation's definition; returns when the broker knows. */
  public void remove(String rollup, int generation) {
    byte[] key = DefinitionRecord.key(rollup, generation);
    write(List.of(new ProducerRecord<>(topic.name(), 0, key, null)));
  }

  private void write(List<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> each : records) {
        producer.send(each).get();
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
    return NewestRecords.read(kafka, topic).values().stream()
        .map(record -> DefinitionRecord.read(record.value()))
        .toList();
  }
}
