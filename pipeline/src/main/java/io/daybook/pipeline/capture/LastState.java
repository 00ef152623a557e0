// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.text.Durations;
import io.daybook.schemas.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the newest committed {@link CaptureState}. It steps back from the end in growing strides
 * rather than read the whole topic: what compaction has not reached yet may be millions of records.
 */
final class LastState {
  private static final long FIRST_STRIDE = 16;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration READ_WITHIN = Duration.ofSeconds(60);

  private LastState() {}

  /** Call it after initTransactions: by then nothing of a predecessor is still undecided. */
  static Optional<CaptureState> read(Map<String, String> kafka, Topic topic) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      long from = end;
      for (long stride = FIRST_STRIDE; from > begin; stride *= 8) {
        from = Math.max(begin, end - stride);
        byte[] last = lastBetween(consumer, partition, from, end);
        if (last != null) {
          return Optional.of(CaptureStateRecord.read(last));
        }
      }
      return Optional.empty();
    }
  }

  private static byte[] lastBetween(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
    consumer.seek(partition, from);
    byte[] last = null;
    long deadline = System.nanoTime() + READ_WITHIN.toNanos();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        last = record.value();
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Reading "
                + partition
                + " up to offset "
                + end
                + " took longer than "
                + Durations.text(READ_WITHIN)
                + "; at "
                + consumer.position(partition));
      }
    }
    return last;
  }
}
