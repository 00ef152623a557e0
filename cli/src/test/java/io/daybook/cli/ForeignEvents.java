// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes into CDC topics as a program would that is not capture. */
public final class ForeignEvents {
  private ForeignEvents() {}

  /** Sends one and waits until the broker has it. */
  public static void send(Map<String, String> kafka, Topic topic, String key, String event)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            new HashMap<String, Object>(kafka),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  topic.name(),
                  key.getBytes(StandardCharsets.UTF_8),
                  event.getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }
}
