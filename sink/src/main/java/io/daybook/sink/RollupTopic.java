// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumer of one rollup topic, and which of its partitions this sink has claimed. An assigned
 * partition is paused until it is claimed. One thread's, but for {@link #claimed} and {@link
 * #wakeUp}.
 */
final class RollupTopic implements AutoCloseable, ConsumerRebalanceListener {
  private static final Duration LEAVE_WITHIN = Duration.ofSeconds(5);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, Claim> claims = new ConcurrentSkipListMap<>();

  RollupTopic(Rollup rollup, SinkSettings settings) {
    this.topic = settings.topics().rollup(rollup.name(), rollup.generation()).name();
    this.consumer = new KafkaConsumer<>(ConsumerProperties.of(rollup, settings));
  }

  void join() {
    consumer.subscribe(List.of(topic), this);
  }

  /** Leaves the group and joins it again: what is assigned then is claimed anew. */
  void rejoin() {
    consumer.unsubscribe();
    claims.clear();
    join();
  }

  /** Records in the order of their partitions' offsets; the listener may be called meanwhile. */
  ConsumerRecords<byte[], byte[]> poll(Duration limit) {
    try {
      return consumer.poll(limit);
    } catch (OffsetOutOfRangeException e) {
      e.offsetOutOfRangePartitions().forEach(this::beginOrFail);
      return ConsumerRecords.empty();
    }
  }

  Set<Integer> claimed() {
    return Set.copyOf(claims.keySet());
  }

  List<Claim> claims() {
    return List.copyOf(claims.values());
  }

  Claim claimOf(int partition) {
    return claims.get(partition);
  }

  /** Assigned partitions that must be taken over before they can be read. */
  Set<Integer> unclaimed() {
    Set<Integer> partitions = new TreeSet<>();
    for (TopicPartition assigned : consumer.assignment()) {
      if (!claims.containsKey(assigned.partition())) {
        partitions.add(assigned.partition());
      }
    }
    return partitions;
  }

  /** Starts to read where the table says. */
  void claim(ProgressTable.Takeover takeover) {
    Claim claim = takeover.claim();
    TopicPartition partition = at(claim.partition());
    if (takeover.longAway()) {
      requireNothingNew(partition, claim.next());
    }
    consumer.seek(partition, claim.next());
    claims.put(claim.partition(), claim);
  }

  /** These are committed. */
  void advance(List<Claim> committed) {
    committed.forEach(claim -> claims.put(claim.partition(), claim));
  }

  /** Reads again what is not committed, once {@link #resume} lets it. */
  void rewind() {
    pause();
    claims.values().forEach(claim -> consumer.seek(at(claim.partition()), claim.next()));
  }

  /** All assigned partitions must be taken over again. */
  void forgetClaims() {
    pause();
    claims.clear();
  }

  void pause() {
    consumer.pause(consumer.assignment());
  }

  void resume() {
    consumer.resume(claims.keySet().stream().map(this::at).toList());
  }

  /** Records that are still to be read, as far as brokers have told; empty without a claim. */
  OptionalLong lag() {
    if (claims.isEmpty()) {
      return OptionalLong.empty();
    }
    long sum = 0;
    for (int partition : claims.keySet()) {
      OptionalLong lag = consumer.currentLag(at(partition));
      if (lag.isEmpty()) {
        return lag;
      }
      sum += lag.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, 0); // holds the place of the offset that the claim will bring
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> claims.remove(partition.partition()));
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(LEAVE_WITHIN));
  }

  private TopicPartition at(int partition) {
    return new TopicPartition(topic, partition);
  }

  private void requireNothingNew(TopicPartition partition, long next) {
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    if (end > next) {
      throw new SinkException(
          ("Topic %s, partition %d: the table stands at offset %d of %d since longer than deletes"
                  + " are kept, so some may be missed. Build a new generation of the rollup.")
              .formatted(topic, partition.partition(), next, end));
    }
  }

  private void beginOrFail(TopicPartition partition, long offset) {
    long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
    if (offset != 0) {
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      throw new SinkException(
          ("Topic %s, partition %d holds offsets %d to %d, but the table stands at %d: the topic"
                  + " was cut or created again. Build a new generation of the rollup.")
              .formatted(topic, partition.partition(), begin, end, offset));
    }
    consumer.seek(partition, begin);
  }
}
