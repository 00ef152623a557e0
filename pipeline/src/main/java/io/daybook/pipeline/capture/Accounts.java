// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.daybook.schemas.topic.Topic;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * How many changes of rows each partition of each CDC topic has been given, as {@link CaptureState}
 * remembers it: it is written in the transactions that it counts; and where in them the epoch of
 * now begins, so that it can be told whether they still have all of it.
 *
 * @param topics by the topic's name; one that is not there is not counted
 */
record Accounts(SortedMap<String, OfTopic> topics) {

  /**
   * One topic's.
   *
   * @param countedFrom the epoch in which its counting began
   * @param records by partition
   * @param begins the offsets at which the epoch of now begins, by partition; empty where that is
   *     the topic's beginning
   */
  record OfTopic(
      int countedFrom,
      List<Long> records,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> begins) {
    OfTopic {
      records = List.copyOf(records);
      begins = begins == null ? List.of() : List.copyOf(begins);
    }

    /** The offset at which the epoch of now begins in a partition. */
    long begin(int partition) {
      return partition < begins.size() ? begins.get(partition) : 0;
    }

    private OfTopic beginningAt(List<Long> offsets) {
      boolean everywhere = offsets.stream().allMatch(offset -> offset == 0);
      return new OfTopic(countedFrom, records, everywhere ? List.of() : offsets);
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
        more.put(
            topic.name(),
            new OfTopic(epoch, Collections.nCopies(topic.partitions(), 0L), List.of()));
      }
    }
    return new Accounts(more);
  }

  /**
   * These where an epoch begins.
   *
   * @param ends of the topics' partitions, where it does
   */
  Accounts beginningAt(Map<TopicPartition, Long> ends) {
    SortedMap<String, OfTopic> begun = new TreeMap<>();
    topics.forEach(
        (name, of) ->
            begun.put(
                name,
                of.beginningAt(
                    IntStream.range(0, of.records.size())
                        .mapToObj(number -> ends.getOrDefault(new TopicPartition(name, number), 0L))
                        .toList())));
    return new Accounts(begun);
  }
}
