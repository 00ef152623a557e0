// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.serve.mode.StatusReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Asks source, target and Kafka. */
public final class StatusProbe {
  private static final String SLOT =
      """
      SELECT wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint, active
      FROM pg_replication_slots WHERE slot_name = ?""";
  private static final String SINK_OFFSETS =
      "SELECT partition, \"offset\" FROM daybook.progress WHERE rollup = ? AND generation = ?";

  private final Installation installation;
  private final Topics topics;

  public StatusProbe(Installation installation) {
    this.installation = installation;
    this.topics = installation.topics();
  }

  public StatusReport read() throws SQLException, ExecutionException, InterruptedException {
    List<Rollup> installed = installation.installed();
    List<RollupStatus> rollups = new StatusReader(installation.target()).read();
    List<StatusReport.Problem> problems = new ArrayList<>();
    StatusReport.Slot slot = slot(problems);
    rollups.forEach(each -> addProblem(each, problems));
    List<StatusReport.Stage> stages = new ArrayList<>();
    try (TopicAdmin admin = new TopicAdmin(installation.config().kafka())) {
      for (Rollup rollup : installed) {
        stages.add(aggregate(admin, rollup));
        stages.add(sink(admin, rollup));
      }
    }
    long notes = rollups.stream().mapToLong(RollupStatus::notesPending).sum();
    return new StatusReport(
        problems.isEmpty(),
        rollups.stream().map(StatusProbe::of).toList(),
        stages,
        slot,
        new StatusReport.Cache(notes),
        problems);
  }

  private static StatusReport.OfRollup of(RollupStatus status) {
    return new StatusReport.OfRollup(
        status.name(),
        status.mode().text(),
        status.state(),
        status.generation(),
        status.completeThrough(),
        status.completeThroughLsn() == null ? null : status.completeThroughLsn().toString(),
        status.lagMs(),
        status.degradation() == null ? 0 : status.degradation().rows());
  }

  private static void addProblem(RollupStatus status, List<StatusReport.Problem> problems) {
    if (status.state().equals("building")) {
      problems.add(
          new StatusReport.Problem(
              "The rollup " + status.name() + " is building: its first load is not complete",
              status.updatedAt(),
              "the live query",
              "Wait while 'daybook run' works; the stages below show what is left"));
    } else if (status.state().equals("healing")) {
      problems.add(
          new StatusReport.Problem(
              "The rollup "
                  + status.name()
                  + " is healing: the history of the source broke, and all its tables are read again",
              status.updatedAt(),
              "the live query",
              "Nothing while 'daybook run' works with the role capture; its log has the reason"));
    } else if (status.state().equals("degraded")) {
      problems.add(degraded(status));
    } else if (!status.state().equals("running")) {
      problems.add(
          new StatusReport.Problem(
              "The rollup " + status.name() + " stands still",
              status.completeThrough(),
              "the live query",
              "See that 'daybook run' works with all roles, and read its log"));
    }
  }

  private static StatusReport.Problem degraded(RollupStatus status) {
    RollupStatus.Degradation what = status.degradation();
    String whose =
        what.ofWholeRollup()
            ? "workspaces that are not known"
            : what.workspaces().size() == 1
                ? "workspace " + what.workspaces().get(0)
                : "%d workspaces (%s …)"
                    .formatted(what.workspaces().size(), what.workspaces().get(0));
    return new StatusReport.Problem(
        "The rollup %s is degraded: what %d rows of %s count for is not known (%s)"
            .formatted(status.name(), what.rows(), whose, what.reason()),
        what.since(),
        what.ofWholeRollup()
            ? "the live query"
            : "the live query for these workspaces, the rollup for all others",
        "Correct the rows in the source, or see 'daybook quarantine list'");
  }

  private StatusReport.Slot slot(List<StatusReport.Problem> problems) throws SQLException {
    String name = topics.sourceName();
    try (Connection connection = installation.source().getConnection();
        PreparedStatement statement = connection.prepareStatement(SLOT)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          problems.add(slotProblem("The replication slot " + name + " does not exist"));
          return new StatusReport.Slot(name, null, null);
        }
        if ("lost".equals(row.getString(1))) {
          problems.add(slotProblem("Postgres has dropped WAL that the slot " + name + " needs"));
        } else if (!row.getBoolean(3)) {
          problems.add(slotProblem("Nothing reads from the slot " + name));
        }
        return new StatusReport.Slot(name, row.getString(1), row.getLong(2));
      }
    }
  }

  private static StatusReport.Problem slotProblem(String what) {
    return new StatusReport.Problem(
        what,
        null,
        "the rollup until it is stale, then the live query",
        "Start 'daybook run' with the role capture; it makes the slot anew where needed");
  }

  private StatusReport.Stage aggregate(TopicAdmin admin, Rollup rollup)
      throws ExecutionException, InterruptedException {
    String group = topics.aggregateId(rollup.name(), rollup.generation());
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.client().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    rollup.tables().forEach(table -> offsets.putAll(zeros(topics.cdc(table.name()).name())));
    committed.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return new StatusReport.Stage("aggregate " + rollup.name(), lag(admin, offsets));
  }

  private StatusReport.Stage sink(TopicAdmin admin, Rollup rollup)
      throws SQLException, ExecutionException, InterruptedException {
    String topic = topics.rollup(rollup.name(), rollup.generation()).name();
    Map<TopicPartition, Long> offsets = zeros(topic);
    try (Connection connection = installation.target().getConnection();
        PreparedStatement statement = connection.prepareStatement(SINK_OFFSETS)) {
      statement.setString(1, rollup.name());
      statement.setInt(2, rollup.generation());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          offsets.put(new TopicPartition(topic, row.getInt(1)), row.getLong(2));
        }
      }
    }
    return new StatusReport.Stage("sink " + rollup.name(), lag(admin, offsets));
  }

  private Map<TopicPartition, Long> zeros(String topic) {
    return IntStream.range(0, topics.partitions())
        .boxed()
        .collect(Collectors.toMap(each -> new TopicPartition(topic, each), each -> 0L));
  }

  private static long lag(TopicAdmin admin, Map<TopicPartition, Long> offsets)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    offsets.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    long lag = 0;
    for (var end : admin.client().listOffsets(latest, committed).all().get().entrySet()) {
      lag += Math.max(0, end.getValue().offset() - offsets.get(end.getKey()));
    }
    return lag;
  }
}
