// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Account;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Counts the changes of rows that go to each partition, on from what was committed. What an aborted
 * transaction counted goes with its session, which ends. Not thread-safe.
 */
final class Tally {
  private record OfTopic(int countedFrom, long[] records, List<Long> begins) {}

  private final Map<String, OfTopic> topics = new HashMap<>();

  Tally(Accounts accounts) {
    accounts
        .topics()
        .forEach(
            (topic, account) ->
                topics.put(
                    topic,
                    new OfTopic(
                        account.countedFrom(),
                        account.records().stream().mapToLong(Long::longValue).toArray(),
                        account.begins())));
  }

  /** One more; its partition must be set. */
  void count(ProducerRecord<?, ?> row) {
    OfTopic topic = topics.get(row.topic());
    if (topic != null) {
      topic.records[row.partition()]++;
    }
  }

  /** The account of a partition up to now; none where the topic is not counted. */
  Optional<Account> of(String topic, int partition) {
    return Optional.ofNullable(topics.get(topic))
        .map(of -> new Account(of.countedFrom, of.records[partition]));
  }

  /** All that was counted up to now. */
  Accounts accounts() {
    SortedMap<String, Accounts.OfTopic> all = new TreeMap<>();
    topics.forEach(
        (topic, of) ->
            all.put(
                topic,
                new Accounts.OfTopic(
                    of.countedFrom, Arrays.stream(of.records).boxed().toList(), of.begins)));
    return new Accounts(all);
  }
}
