// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.util.Map;

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
}
