// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.topic.DefinitionsTopic;
import io.daybook.schemas.topic.QuarantineTopic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes all that is left of a generation, once no process works on it any more. */
final class GenerationRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationRemoval.class);

  /** Queries that began before may hold it for longer: then it is done at another time. */
  private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

  private static final String ATTACHED =
      """
      SELECT i.inhdetachpending
      FROM   pg_inherits i
      WHERE  i.inhrelid = to_regclass(?) AND i.inhparent = to_regclass(?)""";

  private final Installation installation;
  private final Generation generation;
  private final Topics topics;
  private final List<String> groups;

  GenerationRemoval(Installation installation, Generation generation) {
    this.installation = installation;
    this.generation = generation;
    this.topics = installation.topics();
    this.groups =
        List.of(
            topics.aggregateId(generation.rollup(), generation.number()),
            topics.sinkGroup(generation.rollup(), generation.number()));
  }

  /**
   * Does it unless some process is still at work on it; then nothing.
   *
   * @param staying other generations of its rollup
   */
  void attempt(Connection target, List<Rollup> staying) throws SQLException, InterruptedException {
    try (TopicAdmin admin = new TopicAdmin(installation.config().kafka())) {
      if (isInUse(admin)) {
        return;
      }
      for (KafkaFuture<Void> each :
          admin.client().deleteConsumerGroups(groups).deletedGroups().values()) {
        tolerantly(each);
      }
      Set<String> names =
          admin.startingWith(
              List.of(topics.aggregateTopics(generation.rollup(), generation.number())));
      names.add(topics.rollup(generation.rollup(), generation.number()).name());
      admin.delete(names);
    } catch (ExecutionException e) {
      throw new KafkaException(
          "The %s cannot be removed: %s".formatted(generation.label(), e.getCause().getMessage()),
          e.getCause());
    }
    dropRows(target);
    renewFunctions(staying);
    new QuarantineTopic(topics, installation.config().kafka())
        .forget(generation.rollup(), generation.number());
    // Once more: whoever took the last step may not have seen all definitions.
    new DefinitionsTopic(topics, installation.config().kafka())
        .remove(generation.rollup(), generation.number());
    forget(target);
    LOG.info("Nothing is left of {}", generation.label());
  }

  /** Readers' functions need not know of it any more; they may, until the next migration. */
  private void renewFunctions(List<Rollup> staying) {
    try {
      installation.migration().renewFunctions(staying);
    } catch (SQLException | RuntimeException e) {
      LOG.info("Functions still know of {}: {}", generation.label(), e.getMessage());
    }
  }

  private boolean isInUse(TopicAdmin admin) throws ExecutionException, InterruptedException {
    for (KafkaFuture<ConsumerGroupDescription> each :
        admin.client().describeConsumerGroups(groups).describedGroups().values()) {
      try {
        if (!each.get().members().isEmpty()) {
          return true;
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw e;
        }
      }
    }
    return false;
  }

  private static void tolerantly(KafkaFuture<Void> deleted)
      throws ExecutionException, InterruptedException {
    try {
      deleted.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw e;
      }
    }
  }

  /** Readers do not wait for it. */
  private void dropRows(Connection target) throws SQLException {
    String table = DaybookSchema.qualified(generation.rollup() + "_rows");
    String partition =
        DaybookSchema.qualified(
            RollupTable.partitionName(generation.rollup(), generation.number()));
    try (Statement statement = target.createStatement()) {
      statement.execute("SET lock_timeout = " + LOCK_WAIT.toMillis());
      try {
        Boolean pending = detachPending(target, table, partition);
        if (pending != null) {
          statement.execute(
              "ALTER TABLE %s DETACH PARTITION %s %s"
                  .formatted(table, partition, pending ? "FINALIZE" : "CONCURRENTLY"));
        }
        statement.execute("DROP TABLE IF EXISTS " + partition);
      } finally {
        statement.execute("RESET lock_timeout");
      }
    }
  }

  /** Null where it is no partition any more. */
  private static Boolean detachPending(Connection target, String table, String partition)
      throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(ATTACHED)) {
      statement.setString(1, partition);
      statement.setString(2, table);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getBoolean(1) : null;
      }
    }
  }

  private void forget(Connection target) throws SQLException {
    target.setAutoCommit(false);
    try {
      Generations.forget(target, generation);
      target.commit();
    } finally {
      target.rollback();
      target.setAutoCommit(true);
    }
  }
}
