// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * A topic as one value.
 *
 * @param name its full name
 * @param partitions how many
 * @param settings topic-level settings it is created with
 */
public record Topic(String name, int partitions, Map<String, String> settings) {
  public Topic {
    settings = Map.copyOf(settings);
  }

  /** Its partitions, in their order. */
  public List<TopicPartition> topicPartitions() {
    return IntStream.range(0, partitions)
        .mapToObj(number -> new TopicPartition(name, number))
        .toList();
  }

  /** Where a producer puts a record of this key unless it is told otherwise; joins rely on it. */
  public int partitionOf(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
