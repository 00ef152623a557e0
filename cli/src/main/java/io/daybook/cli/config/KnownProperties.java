// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import io.daybook.pipeline.capture.CaptureSettings;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Names of the properties that can be passed through, as the libraries themselves list them.
 * Plugins have more: a list is good for finding out what is misspelt, not for what is wrong.
 */
final class KnownProperties {
  private KnownProperties() {}

  /** Of producers, consumers and admin clients. */
  static Set<String> ofKafka() {
    Set<String> names = new TreeSet<>(ProducerConfig.configNames());
    names.addAll(ConsumerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    return names;
  }

  /** Of Kafka Streams, and of its clients with and without their prefix. */
  static Set<String> ofStreams() {
    Set<String> names = new TreeSet<>(StreamsConfig.configDef().names());
    names.addAll(ofKafka());
    prefixed(StreamsConfig.PRODUCER_PREFIX, ProducerConfig.configNames(), names);
    prefixed(StreamsConfig.ADMIN_CLIENT_PREFIX, AdminClientConfig.configNames(), names);
    prefixed(StreamsConfig.TOPIC_PREFIX, ofTopics(), names);
    for (String prefix :
        List.of(
            StreamsConfig.CONSUMER_PREFIX,
            StreamsConfig.MAIN_CONSUMER_PREFIX,
            StreamsConfig.RESTORE_CONSUMER_PREFIX,
            StreamsConfig.GLOBAL_CONSUMER_PREFIX)) {
      prefixed(prefix, ConsumerConfig.configNames(), names);
    }
    return names;
  }

  /** Of Debezium's engine and Postgres connector. */
  static Set<String> ofDebezium() {
    return CaptureSettings.knownDebezium();
  }

  /** Of topics that Kafka Streams makes; those that anybody sets. */
  private static Set<String> ofTopics() {
    return Set.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.COMPRESSION_TYPE_CONFIG,
        TopicConfig.DELETE_RETENTION_MS_CONFIG,
        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
        TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
        TopicConfig.RETENTION_BYTES_CONFIG,
        TopicConfig.RETENTION_MS_CONFIG,
        TopicConfig.SEGMENT_BYTES_CONFIG,
        TopicConfig.SEGMENT_MS_CONFIG);
  }

  private static void prefixed(String prefix, Collection<String> names, Set<String> to) {
    names.forEach(name -> to.add(prefix + name));
  }
}
