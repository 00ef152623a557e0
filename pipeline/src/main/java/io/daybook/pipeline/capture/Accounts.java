// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Topic;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many changes of rows each partition of each CDC topic has been given, as {@link CaptureState}
 * remembers it: it is written in the transactions that it counts.
 *
 * @param topics by the topic's name; one that is not there is not counted
 */
record Accounts(SortedMap<String, OfTopic> topics) {

  /**
   * One topic's.
   *
   * @param countedFrom the epoch in which its counting began
   * @param records by partition
   */
  record OfTopic(int countedFrom, List<Long> records) {
    OfTopic {
      records = List.copyOf(records);
    }
  }

  static final Accounts NONE = new Accounts(new TreeMap<>());

  Accounts {
    topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
  }

  /** These, and of those topics that are not counted yet one that begins with {@code epoch}. */
  Accounts with(Collection<Topic> counted, int epoch) {
    SortedMap<String, OfTopic> more = new TreeMap<>(topics);
    for (Topic topic : counted) {
      OfTopic had = more.get(topic.name());
      if (had == null || had.records().size() != topic.partitions()) {
        more.put(topic.name(), new OfTopic(epoch, Collections.nCopies(topic.partitions(), 0L)));
      }
    }
    return new Accounts(more);
  }
}
