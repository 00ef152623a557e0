// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.installation.Role;
import io.daybook.cli.installation.StatusProbe;
import io.daybook.cli.installation.StatusReport;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Degradation;
import io.daybook.schemas.topic.QuarantineTopic;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be read or evaluated: who gets which answer meanwhile, and how it ends. */
class DegradedIT {
  private static final String DDL =
      """
      CREATE TABLE trip (id int PRIMARY KEY, fleet text, ended date, km int, hours int);
      INSERT INTO trip VALUES
        (1, 'red', '2026-01-05', 100, 2), (2, 'red', '2026-01-05', 50, 1),
        (3, 'blue', '2026-01-05', 80, 4)""";

  private static final String SELECT =
      """
      SELECT t.fleet AS workspace_id, t.ended AS day,
             count(*) AS trips, sum(t.km / t.hours) AS speeds
      FROM trip t GROUP BY 1, 2""";

  /** What Kafka Streams cannot read it drops then, and counts; else its application would end. */
  private static final String DROPS =
      "streams.deserialization.exception.handler: "
          + LogAndContinueExceptionHandler.class.getName();

  @TempDir Path folder;
  private PipelineRig rig;

  @BeforeEach
  void start() throws Exception {
    Path rollups = Files.createDirectories(folder.resolve("rollups/trips_daily"));
    Files.writeString(rollups.resolve("trips.sql"), SELECT);
    rig = PipelineRig.start(folder, DDL, rollups.getParent(), DROPS);
    rig.migrate();
    rig.startRoles(false);
    awaitState("running");
  }

  @AfterEach
  void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void aRowThatPostgresCannotEvaluateEitherConcernsItsWorkspaceAlone() throws Exception {
    execute("UPDATE trip SET hours = 0 WHERE id = 1");
    rig.await("degraded", () -> source("red").equals("live degraded"));
    assertEquals("rollup running", source("blue"));
    StatusReport status = awaitState("degraded");
    assertEquals(1, status.rollups().get(0).quarantined());
    StatusReport.Problem problem = status.problems().get(0);
    assertTrue(problem.what().contains("workspace red"), problem.what());
    assertTrue(problem.what().contains("division by zero"), problem.what());
    assertTrue(problem.since() != null && problem.remedy() != null);
    Verification verification = rig.verify();
    assertEquals(Verdict.UNDECIDED, verification.verdict());
    assertTrue(
        verification.reasons().get(0).contains("division by zero"),
        verification.reasons().toString());

    execute("UPDATE trip SET hours = 5 WHERE id = 1");
    rig.await("the rollup again", () -> source("red").equals("rollup running"));
    assertTrue(awaitState("running").healthy());
    assertEquals(Verdict.EQUAL, rig.verify().verdict());
  }

  @Test
  void anEventThatCannotBeReadIsKeptAndSettledByTheNext() throws Exception {
    send("{\"id\":2}", "{\"after\":{\"id\":2,");
    send("{\"id\":9}", "no JSON");
    rig.await("degraded", () -> source("red").equals("live degraded"));
    assertEquals("live degraded", source("blue"));
    awaitQuarantined(2);
    StatusReport status = awaitState("degraded");
    assertEquals(2, status.rollups().get(0).quarantined());
    assertEquals("the live query", status.problems().get(0).readersGet());
    QuarantineTopic quarantine = quarantine();
    QuarantineTopic.Entry second = quarantine.load().get(1);
    assertEquals("no JSON", new String(second.event(), StandardCharsets.UTF_8));
    assertEquals("{\"id\":9}", new String(second.key(), StandardCharsets.UTF_8));
    Verification verification = rig.verify();
    assertEquals(Verdict.EQUAL, verification.verdict(), verification.toString());
    assertEquals(0, verification.excused());

    assertEquals(2, quarantine.retry(quarantine.load()));
    execute("INSERT INTO trip VALUES (9, 'blue', '2026-01-06', 10, 1)");
    awaitQuarantined(1);
    execute("UPDATE trip SET km = 60 WHERE id = 2");
    awaitQuarantined(0);
    rig.await("the rollup again", () -> source("red").equals("rollup running"));
    assertTrue(awaitState("running").healthy());
    assertEquals(Verdict.EQUAL, rig.verify().verdict());
  }

  @Test
  void anEventThatWasLostOnTheWayIsMissedAndMended() throws Exception {
    rig.stopRoles();
    rig.startRoles(EnumSet.of(Role.CAPTURE), false);
    execute("UPDATE trip SET km = 900 WHERE id = 3");
    rig.await("the event in its topic", () -> rig.capture().counts().updates() == 1);
    TopicPartition partition = cutOffWhatAggregateHasNotRead();
    execute("UPDATE trip SET km = 60 WHERE id = 2");
    rig.stopRoles();
    rig.startRoles(false);
    rig.await("degraded", () -> source("red").equals("live degraded"));
    StatusReport.Problem problem = awaitState("degraded").problems().get(0);
    assertTrue(problem.what().contains("1 events before offset"), problem.what());
    assertTrue(problem.what().contains(partition.toString()), problem.what());
    Verification verification = rig.verify();
    assertEquals(Verdict.EQUAL, verification.verdict(), verification.toString());
    assertEquals(1, verification.excused(), "workspace blue has one day");

    rig.stopRoles();
    rig.startRoles(true);
    rig.await("the rollup again", () -> source("red").equals("rollup running"));
    verification = rig.verify();
    assertEquals(Verdict.EQUAL, verification.verdict(), verification.toString());
    assertEquals(0, verification.excused());
  }

  @Test
  void whatKafkaStreamsDropsConcernsTheWholeRollupForGood() throws Exception {
    assertEquals("rollup running", source("red"));
    String aggregate = rig.installation().topics().aggregateId("trips_daily", 1);
    Topic cells = new Topic(aggregate + "-cells-repartition", 2, Map.of());
    int own = cells.partitionOf(Degradation.key(null));
    String elsewhere =
        Stream.of("a cell", "another", "a third", "a fourth")
            .filter(key -> cells.partitionOf(key.getBytes(StandardCharsets.UTF_8)) != own)
            .findFirst()
            .orElseThrow();
    ForeignEvents.send(
        rig.installation().config().kafka(), cells, elsewhere, "no change of a cell");
    rig.await("degraded", () -> source("red").equals("live degraded"));
    assertEquals("live degraded", source("blue"));
    StatusReport.Problem problem = awaitState("degraded").problems().get(0);
    assertTrue(problem.what().contains("Kafka Streams dropped records"), problem.what());

    rig.stopRoles();
    rig.startRoles(false);
    execute("UPDATE trip SET km = 60 WHERE id = 2");
    assertEquals(Verdict.EQUAL, rig.verify().verdict());
    assertEquals("live degraded", source("red"), "what was dropped is still missing");
  }

  /** The partition in which capture's update stands, which is gone from it then. */
  private TopicPartition cutOffWhatAggregateHasNotRead() throws Exception {
    Topic cdc = rig.installation().topics().cdc(new TableName("public", "trip"));
    String topic = cdc.name();
    byte[] key = "{\"id\":3}".getBytes(StandardCharsets.UTF_8);
    TopicPartition partition = new TopicPartition(topic, cdc.partitionOf(key));
    try (TopicAdmin admin = new TopicAdmin(rig.installation().config().kafka())) {
      long before = end(admin, partition);
      rig.await("a watermark behind it", () -> end(admin, partition) > before + 4);
      long cut = end(admin, partition);
      // A topic that is only compacted lets nobody delete.
      KafkaTools.setTopic(admin.client(), topic, Map.of("cleanup.policy", "compact,delete"));
      admin
          .client()
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(cut)))
          .all()
          .get();
      KafkaTools.setTopic(admin.client(), topic, Map.of("cleanup.policy", "compact"));
      // Without one capture itself would notice at its next start.
      rig.await("a watermark after the cut", () -> end(admin, partition) > cut + 4);
    }
    return partition;
  }

  private static long end(TopicAdmin admin, TopicPartition partition) {
    try {
      return admin.ends(List.of(partition), IsolationLevel.READ_UNCOMMITTED).get(partition);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private QuarantineTopic quarantine() {
    return new QuarantineTopic(rig.installation().topics(), rig.installation().config().kafka());
  }

  private void awaitQuarantined(int events) throws InterruptedException {
    rig.await(events + " in quarantine", () -> quarantine().load().size() == events);
  }

  private StatusReport awaitState(String state) throws Exception {
    StatusProbe probe = new StatusProbe(rig.installation());
    StatusReport[] last = new StatusReport[1];
    rig.await(
        state,
        () -> {
          try {
            last[0] = probe.read();
            return last[0].rollups().get(0).state().equals(state);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    return last[0];
  }

  /** Where an answer for the workspace comes from, and why. */
  private String source(String workspace) {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT served_from || ' ' || reason FROM daybook.source_of_trips_daily('%s')"
                    .formatted(workspace))) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As a program would that is not capture. */
  private void send(String key, String value) throws Exception {
    ForeignEvents.send(
        rig.installation().config().kafka(),
        rig.installation().topics().cdc(new TableName("public", "trip")),
        key,
        value);
  }
}
