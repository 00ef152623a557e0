// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.topic.TopicAdmin;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a process that was killed has left open: nobody reads past an open transaction, and
 * only a process that starts again with its old state ends its own. The brokers would do so after
 * {@code transaction.timeout.ms} and up to 10 s more, in which those who have taken over stand
 * still.
 *
 * <p>Looks after each rebalance. Whoever is not in the group by then cannot commit any more, as the
 * offsets would be of an older generation of the group, so this takes nothing from a process that
 * lives; it is told by its producer and joins again.
 */
final class AbandonedTransactions {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);
  private static final int ANSWER_WITHIN_MS = 5_000;
  private static final String PROCESS = "-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-";

  private final String applicationId;
  private final Map<String, String> kafka;
  private final KafkaStreams streams;
  private final Pattern transactionalId;
  private final Pattern clientId;
  private volatile boolean due = true;
  private String told = "";

  /**
   * Follows an application that has not started yet.
   *
   * @param kafka properties of every Kafka client
   */
  AbandonedTransactions(String applicationId, Map<String, String> kafka, KafkaStreams streams) {
    this.applicationId = applicationId;
    this.kafka = kafka;
    this.streams = streams;
    this.transactionalId = Pattern.compile(Pattern.quote(applicationId) + PROCESS + "\\d+");
    this.clientId =
        Pattern.compile(Pattern.quote(applicationId) + PROCESS + "StreamThread-\\d+-consumer");
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.REBALANCING) {
            due = true;
          }
        });
  }

  /** Looks, if there was a rebalance; what does not succeed is tried again the next time. */
  void look() {
    if (!due || streams.state() == KafkaStreams.State.CREATED) {
      return;
    }
    due = false; // before the state is read: a rebalance that begins after it must not be forgotten
    if (streams.state() != KafkaStreams.State.RUNNING) {
      due = true;
    }
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      end(admin);
    } catch (KafkaException | ExecutionException e) {
      due = true;
      tell(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(String problem) {
    if (!problem.equals(told)) {
      told = problem;
      LOG.warn("{} cannot look for abandoned transactions yet: {}", applicationId, problem);
    }
  }

  /** Members are asked for last: a transaction of one that joins meanwhile is not in the list. */
  private void end(TopicAdmin admin) throws ExecutionException, InterruptedException {
    List<String> open = open(admin);
    if (open.isEmpty()) {
      return;
    }
    Optional<Set<String>> members = members(admin);
    if (members.isEmpty()) {
      return;
    }
    List<String> abandoned =
        open.stream().filter(each -> !members.get().contains(process(each))).toList();
    if (!abandoned.isEmpty()) {
      due = true;
      admin
          .client()
          .fenceProducers(abandoned, new FenceProducersOptions().timeoutMs(ANSWER_WITHIN_MS))
          .all()
          .get();
      LOG.info("{} has ended what others had left open: {}", applicationId, abandoned);
    }
  }

  private List<String> open(TopicAdmin admin) throws ExecutionException, InterruptedException {
    Collection<TransactionListing> all =
        admin
            .client()
            .listTransactions(
                new ListTransactionsOptions()
                    .filterStates(Set.of(TransactionState.ONGOING))
                    .timeoutMs(ANSWER_WITHIN_MS))
            .all()
            .get();
    return all.stream()
        .map(TransactionListing::transactionalId)
        .filter(id -> transactionalId.matcher(id).matches())
        .toList();
  }

  private String process(String id) {
    Matcher matcher = transactionalId.matcher(id);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /** Processes in the group; empty where a client id of the user's own does not tell. */
  private Optional<Set<String>> members(TopicAdmin admin)
      throws ExecutionException, InterruptedException {
    Collection<MemberDescription> found =
        admin
            .client()
            .describeConsumerGroups(
                List.of(applicationId),
                new DescribeConsumerGroupsOptions().timeoutMs(ANSWER_WITHIN_MS))
            .describedGroups()
            .get(applicationId)
            .get()
            .members();
    Set<String> processes = new HashSet<>();
    for (MemberDescription each : found) {
      Matcher matcher = clientId.matcher(each.clientId());
      if (!matcher.matches()) {
        tell("client id '" + each.clientId() + "' does not tell whose it is");
        return Optional.empty();
      }
      processes.add(matcher.group(1));
    }
    return Optional.of(processes);
  }
}
