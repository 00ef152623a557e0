// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the newest committed records of partitions. It steps back from the ends in growing strides
 * rather than read whole topics: what compaction has not reached yet may be millions of records.
 * What is not committed yet is not looked at.
 */
public final class TopicTail implements AutoCloseable {
  private static final long FIRST_STRIDE = 16;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration READ_WITHIN = Duration.ofSeconds(60);

  /**
   * The end of a partition.
   *
   * @param newest its last record, none if it is empty
   * @param wanted the last of those that were looked for
   */
  public record Tail(
      Optional<ConsumerRecord<byte[], byte[]>> newest,
      Optional<ConsumerRecord<byte[], byte[]>> wanted) {
    static final Tail NONE = new Tail(Optional.empty(), Optional.empty());

    private Tail seen(ConsumerRecord<byte[], byte[]> record, boolean isWanted) {
      return new Tail(later(newest, record), isWanted ? later(wanted, record) : wanted);
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> later(
        Optional<ConsumerRecord<byte[], byte[]>> than, ConsumerRecord<byte[], byte[]> record) {
      return than.filter(known -> known.offset() > record.offset()).or(() -> Optional.of(record));
    }
  }

  private final Consumer<byte[], byte[]> consumer;

  /**
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public TopicTail(Map<String, String> kafka) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads back in each partition until a record is wanted, or its beginning is reached. */
  public Map<TopicPartition, Tail> read(
      Collection<TopicPartition> partitions, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Tail> tails = new HashMap<>();
    partitions.forEach(partition -> tails.put(partition, Tail.NONE));
    Set<TopicPartition> open = new HashSet<>(partitions);
    open.removeIf(partition -> begins.get(partition) >= ends.get(partition));
    for (long stride = FIRST_STRIDE; !open.isEmpty(); stride *= 8) {
      consumer.assign(open);
      for (TopicPartition partition : open) {
        consumer.seek(partition, Math.max(begins.get(partition), ends.get(partition) - stride));
      }
      readUpTo(ends, wanted, tails);
      long strode = stride;
      open.removeIf(
          partition ->
              tails.get(partition).wanted().isPresent()
                  || ends.get(partition) - strode <= begins.get(partition));
    }
    return tails;
  }

  private void readUpTo(
      Map<TopicPartition, Long> ends,
      Predicate<ConsumerRecord<byte[], byte[]>> wanted,
      Map<TopicPartition, Tail> tails) {
    long deadline = System.nanoTime() + READ_WITHIN.toNanos();
    Set<TopicPartition> unread = new HashSet<>(consumer.assignment());
    while (!unread.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.get(partition)) {
          tails.merge(partition, Tail.NONE, (tail, none) -> tail.seen(record, wanted.test(record)));
        }
      }
      unread.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Reading the ends of " + unread + " took longer than " + READ_WITHIN);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
