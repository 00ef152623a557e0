// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The ordinary clients of a Streams application, with a producer that times its commits. */
final class PacedClients implements KafkaClientSupplier {
  private final EarlyCommits commits;

  PacedClients(EarlyCommits commits) {
    this.commits = commits;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new TimedProducer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  /** Streams flushes and sends offsets only to commit, on the thread that waits for it. */
  private final class TimedProducer extends KafkaProducer<byte[], byte[]> {
    private TimedProducer(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void flush() {
      long start = System.nanoTime();
      super.flush();
      commits.spent(System.nanoTime() - start);
    }

    @Override
    public void sendOffsetsToTransaction(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
      long start = System.nanoTime();
      super.sendOffsetsToTransaction(offsets, group);
      commits.spent(System.nanoTime() - start);
    }

    @Override
    public void commitTransaction() {
      long start = System.nanoTime();
      super.commitTransaction();
      commits.spent(System.nanoTime() - start);
      commits.committed();
    }
  }
}
