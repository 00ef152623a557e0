// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicTail;
import io.daybook.serve.refresh.Refresh;
import io.daybook.serve.refresh.Refreshes;
import io.daybook.serve.verification.UnverifiedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks for rows of a rollup to be written once more. The processes that run do it: what is written
 * here is one row in the target.
 */
public final class Refreshing {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration SAY_EVERY = Duration.ofSeconds(2);

  private final Installation installation;

  public Refreshing(Installation installation) {
    this.installation = installation;
  }

  /** From the state of the aggregate. */
  public Refresh ask(Rollup rollup, RefreshScope scope) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      long id = Refreshes.ask(target, rollup.name(), rollup.generation(), scope);
      return Refreshes.find(target, id).orElseThrow();
    }
  }

  /**
   * From the rollup topic, all of it; readers get the live query until the table has been verified.
   */
  public Refresh readAnew(Rollup rollup) throws SQLException {
    List<Long> until = ends(rollup);
    try (Connection target = installation.target().getConnection()) {
      target.setAutoCommit(false);
      UnverifiedTable.doubt(target, rollup.name(), rollup.generation());
      long id = Refreshes.readAnew(target, rollup.name(), rollup.generation(), until);
      target.commit();
      return Refreshes.find(target, id).orElseThrow();
    }
  }

  /**
   * Waits until it is done.
   *
   * @param progress told now and then how far it is, in words
   */
  public Refresh await(Refresh asked, Consumer<String> progress)
      throws SQLException, InterruptedException {
    int all = asked.missing().size();
    long saidAt = System.nanoTime();
    Refresh now = asked;
    while (!now.ended()) {
      if (System.nanoTime() - saidAt > SAY_EVERY.toNanos()) {
        saidAt = System.nanoTime();
        progress.accept("%d of %d partitions have come".formatted(all - now.missing().size(), all));
      }
      Thread.sleep(LOOK_EVERY.toMillis());
      now = now(asked);
    }
    return now;
  }

  /** How many rows the table of its generation has. */
  public long rows(Refresh refresh) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      return Refreshes.rows(target, refresh);
    }
  }

  /** How it stands. */
  public Refresh now(Refresh refresh) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      return Refreshes.find(target, refresh.id())
          .orElseThrow(() -> new RefusedByState("Refresh " + refresh.id() + " is not known"));
    }
  }

  /** Behind the last record of each partition: markers of transactions may follow it for ever. */
  private List<Long> ends(Rollup rollup) {
    Topic topic = installation.topics().rollup(rollup.name(), rollup.generation());
    List<TopicPartition> partitions = topic.topicPartitions();
    try (TopicTail tail = new TopicTail(installation.config().kafka())) {
      Map<TopicPartition, TopicTail.Tail> tails = tail.read(partitions, record -> true);
      return partitions.stream()
          .map(each -> tails.get(each).newest().map(newest -> newest.offset() + 1).orElse(0L))
          .toList();
    }
  }
}
