// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.topic.TopicAdmin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Transactions of which the broker that coordinates them knows nothing any more: nobody will end
 * them, and nothing that was written after them is ever read. No client can tell; a consumer just
 * waits. Brokers have lost the end of transactions where partitions were without a leader at that
 * moment (KAFKA-20734: 4.3.0 to 4.4.0), and they lose it where their state is deleted.
 */
public final class HangingTransactions {
  private static final Set<TransactionState> UNDER_WAY =
      Set.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.PREPARE_ABORT,
          TransactionState.PREPARE_EPOCH_FENCE);

  private final TopicAdmin admin;
  private final String known;

  /**
   * Asks through a client, which it leaves open.
   *
   * @param known a transactional id that is in use: a broker that does not show it shows none, for
   *     want of rights, and nothing can be told
   */
  public HangingTransactions(TopicAdmin admin, String known) {
    this.admin = admin;
    this.known = known;
  }

  /**
   * Where one begins that hangs.
   *
   * @param startOffset of its first record; nothing from there on is read
   * @param since when its last record was written, by the record's own time
   */
  public record Hanging(TopicPartition partition, long producer, long startOffset, Instant since) {}

  /** Those in some topics, by name. */
  public List<Hanging> find(Collection<String> topics)
      throws ExecutionException, InterruptedException {
    Set<Hanging> open = open(held(partitions(topics)));
    if (open.isEmpty()) {
      return List.of();
    }
    Collection<TransactionListing> transactions = admin.client().listTransactions().all().get();
    if (transactions.stream().noneMatch(each -> each.transactionalId().equals(known))) {
      return List.of();
    }
    for (TransactionListing each : transactions) {
      if (UNDER_WAY.contains(each.state())) {
        open.removeIf(one -> one.producer == each.producerId());
      }
    }
    // What has ended since the first look, in order, is not open any more.
    Set<TopicPartition> again = new HashSet<>();
    open.forEach(each -> again.add(each.partition));
    open.retainAll(open(again));
    return List.copyOf(open);
  }

  private Set<TopicPartition> partitions(Collection<String> topics)
      throws ExecutionException, InterruptedException {
    Set<TopicPartition> partitions = new HashSet<>();
    admin
        .client()
        .describeTopics(topics)
        .allTopicNames()
        .get()
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(each -> partitions.add(new TopicPartition(topic, each.partition()))));
    return partitions;
  }

  /** Those with records that no reader of committed records gets yet. */
  private Set<TopicPartition> held(Set<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> readable = admin.ends(partitions, IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> written = admin.ends(partitions, IsolationLevel.READ_UNCOMMITTED);
    Set<TopicPartition> held = new HashSet<>(partitions);
    held.removeIf(each -> readable.get(each) >= written.get(each));
    return held;
  }

  private Set<Hanging> open(Set<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    Set<Hanging> open = new HashSet<>();
    if (partitions.isEmpty()) {
      return open;
    }
    var producers = admin.client().describeProducers(new ArrayList<>(partitions)).all().get();
    producers.forEach(
        (partition, states) -> {
          for (ProducerState state : states.activeProducers()) {
            OptionalLong start = state.currentTransactionStartOffset();
            if (start.isPresent()) {
              open.add(
                  new Hanging(
                      partition,
                      state.producerId(),
                      start.getAsLong(),
                      Instant.ofEpochMilli(state.lastTimestamp())));
            }
          }
        });
    return open;
  }
}
