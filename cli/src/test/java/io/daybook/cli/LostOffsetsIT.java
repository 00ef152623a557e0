// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.installation.StatusProbe;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Degradation;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed offsets of an aggregate are not those of its state: nothing counts twice. */
class LostOffsetsIT {
  private static final String DDL =
      """
      CREATE TABLE depot (id int PRIMARY KEY, fleet text);
      CREATE TABLE trip (id int PRIMARY KEY, depot_id int, ended date, km int);
      INSERT INTO depot SELECT n, 'fleet ' || n % 3 FROM generate_series(1, 12) n;
      INSERT INTO trip
      SELECT n, n % 12 + 1, date '2026-01-01' + n % 9, n FROM generate_series(1, 600) n""";

  private static final String SELECT =
      """
      SELECT d.fleet AS workspace_id, t.ended AS day, count(*) AS trips, sum(t.km) AS km
      FROM trip t JOIN depot d ON d.id = t.depot_id GROUP BY 1, 2""";

  private static final int FLEETS = 200;
  private static final String AGGREGATE = "it-aggregate-trips_daily-g1";

  @TempDir Path folder;
  private PipelineRig rig;

  @BeforeEach
  void start() throws Exception {
    Path rollups = Files.createDirectories(folder.resolve("rollups/trips_daily"));
    Files.writeString(rollups.resolve("trips.sql"), SELECT);
    rig = PipelineRig.start(folder, DDL, rollups.getParent());
    rig.migrate();
    rig.startRoles(false);
    assertEqual();
    execute("UPDATE depot SET fleet = 'fleet 3' WHERE id < 4", "DELETE FROM trip WHERE id < 50");
    assertEqual();
    rig.stopRoles();
  }

  @AfterEach
  void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  @Tag("faults")
  void theyAreForgotten() throws Exception {
    try (TopicAdmin admin = new TopicAdmin(rig.installation().config().kafka())) {
      admin.client().deleteConsumerGroups(List.of(AGGREGATE)).all().get();
    }
    goOn();
  }

  @Test
  @Tag("faults")
  void theyAreSetBack() throws Exception {
    try (TopicAdmin admin = new TopicAdmin(rig.installation().config().kafka())) {
      Map<TopicPartition, OffsetAndMetadata> back = new HashMap<>();
      admin
          .client()
          .listConsumerGroupOffsets(AGGREGATE)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, offset) -> back.put(partition, new OffsetAndMetadata(0)));
      assertTrue(back.size() >= 8, "topics of tables, children and cells: " + back);
      admin.client().alterConsumerGroupOffsets(AGGREGATE, back).all().get();
    }
    goOn();
  }

  private void goOn() throws Exception {
    execute("UPDATE trip SET km = km + 1 WHERE id % 7 = 0", "DELETE FROM depot WHERE id = 9");
    rig.startRoles(false);
    assertEqual();
    execute(
        "INSERT INTO depot VALUES (9, 'fleet 4')", "UPDATE trip SET depot_id = 9 WHERE id = 60");
    assertEqual();
    assertTrue(new StatusProbe(rig.installation()).read().problems().isEmpty());
    watermarksComeAfterWhatTheyPromise();
  }

  /** In the rollup topic, where cells wait in memory for the next commit. */
  private void watermarksComeAfterWhatTheyPromise() throws Exception {
    List<Lsn> committed = new ArrayList<>();
    for (int i = 0; i < FLEETS; i++) {
      execute(
          "INSERT INTO depot VALUES (%d, 'lone %d')".formatted(1_000 + i, i),
          "INSERT INTO trip VALUES (%d, %d, '2026-02-01', 1)".formatted(10_000 + i, 1_000 + i));
      committed.add(Lsn.parse(one("SELECT pg_current_wal_lsn()")));
    }
    assertEqual();
    Rollup rollup = rig.rollups().get(0);
    RollupRecords format = new RollupRecords(rollup);
    Topic topic = rig.installation().topics().rollup(rollup.name(), rollup.generation());
    int found = 0;
    for (int partition = 0; partition < topic.partitions(); partition++) {
      Lsn promised = Lsn.ZERO;
      for (ConsumerRecord<byte[], byte[]> record :
          CdcLog.records(rig.stack().kafkaBootstrap(), topic, partition)) {
        if (ControlRecord.isWatermark(record.key())) {
          promised = ControlRecord.readWatermark(record.value()).commitLsn();
        } else if (!Degradation.isKey(record.key())) {
          String fleet = format.readKey(record.key()).get(0);
          if (fleet.startsWith("lone ")) {
            Lsn own = committed.get(Integer.parseInt(fleet.substring(5)));
            assertTrue(promised.compareTo(own) < 0, fleet + " comes after " + promised);
            found++;
          }
        }
      }
    }
    assertEquals(FLEETS, found);
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void assertEqual() throws Exception {
    Verification verification = rig.verify();
    assertEquals(Verdict.EQUAL, verification.verdict(), verification.toString());
    assertEquals(0, verification.excused(), verification.toString());
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }
}
