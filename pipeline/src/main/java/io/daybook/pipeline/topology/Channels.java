// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.TaskId;

/** Names of the ways on which watermarks reach a processor: one for each task that sends. */
final class Channels {
  private Channels() {}

  static String of(String sender, TaskId task) {
    return sender + "/" + task.partition();
  }

  /** All channels of a sender that runs in as many tasks as there are partitions. */
  static Set<String> all(String sender, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(partition -> sender + "/" + partition)
        .collect(Collectors.toSet());
  }
}
