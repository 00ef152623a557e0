// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.installation.StatusProbe;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
  void theyAreForgotten() throws Exception {
    try (TopicAdmin admin = new TopicAdmin(rig.installation().config().kafka())) {
      admin.client().deleteConsumerGroups(List.of(AGGREGATE)).all().get();
    }
    goOn();
  }

  @Test
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
