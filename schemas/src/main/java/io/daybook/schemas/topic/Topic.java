// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.util.Map;
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

  /** Where a producer puts a record of this key unless it is told otherwise; joins rely on it. */
  public int partitionOf(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
