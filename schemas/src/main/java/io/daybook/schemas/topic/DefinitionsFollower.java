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
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads {@link Topics#definitions()} from its beginning, and on as it changes; one thread's. */
public final class DefinitionsFollower implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(200);

  private final TopicPartition partition;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, DefinitionRecord> newest = new TreeMap<>();
  private boolean complete;
  private boolean news;

  /**
   * The topic must exist.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public DefinitionsFollower(Topics topics, Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.partition = new TopicPartition(topics.definitions().name(), 0);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * Waits for news until the limit.
   *
   * @return whether there are any that {@link #newest} has not told before, and it is all that
   *     there was when they were looked for
   */
  public boolean poll(Duration limit) {
    if (!take(consumer.poll(limit)) && complete) {
      return false;
    }
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    while (consumer.position(partition) < end) {
      take(consumer.poll(STEP));
    }
    complete = true;
    boolean told = news;
    news = false;
    return told;
  }

  private boolean take(ConsumerRecords<byte[], byte[]> records) {
    news |= !records.isEmpty();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        take(record);
      } catch (RuntimeException e) {
        consumer.seek(partition, record.offset());
        complete = false;
        throw e;
      }
    }
    return news;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      newest.remove(key);
    } else {
      newest.put(key, DefinitionRecord.read(record.value()));
    }
  }

  /** What was read so far, sorted by key. */
  public List<DefinitionRecord> newest() {
    return List.copyOf(newest.values());
  }

  /** Ends a wait from another thread: {@link #poll} throws a {@code WakeupException}. */
  public void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
