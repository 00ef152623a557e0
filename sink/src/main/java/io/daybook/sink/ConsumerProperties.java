// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static org.apache.kafka.clients.consumer.ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.CLIENT_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.FETCH_MIN_BYTES_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.GROUP_ID_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.ISOLATION_LEVEL_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.MAX_POLL_RECORDS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG;

import io.daybook.schemas.definition.Rollup;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a sink's consumer is told: defaults, then the user's, then what exactness rests on. */
final class ConsumerProperties {
  private ConsumerProperties() {}

  static Map<String, Object> of(Rollup rollup, SinkSettings settings) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(CLIENT_ID_CONFIG, "daybook-sink-" + rollup.name() + "-g" + rollup.generation());
    properties.put(SESSION_TIMEOUT_MS_CONFIG, 10_000);
    properties.put(HEARTBEAT_INTERVAL_MS_CONFIG, 1_000); // how soon a rebalance is noticed
    properties.put(FETCH_MIN_BYTES_CONFIG, 1);
    properties.put(PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
    properties.putAll(settings.kafka());
    properties.put(
        GROUP_ID_CONFIG, settings.topics().sinkGroup(rollup.name(), rollup.generation()));
    properties.put(ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(MAX_POLL_RECORDS_CONFIG, settings.batchRecordsMax());
    properties.put(KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }
}
