// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.installation.StatusProbe;
import io.daybook.cli.installation.StatusReport;
import io.daybook.serve.verification.UnverifiedTable;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a broken history: read again, verified, and only then what readers get. */
class HealingIT {
  private static final String DDL =
      """
      CREATE TABLE trip (id int PRIMARY KEY, fleet text, ended date, km int);
      INSERT INTO trip
      SELECT n, CASE WHEN n % 2 = 0 THEN 'red' ELSE 'blue' END, date '2026-01-01' + n % 5, n
      FROM generate_series(1, 200) n""";

  private static final String SELECT =
      """
      SELECT t.fleet AS workspace_id, t.ended AS day, count(*) AS trips, sum(t.km) AS km
      FROM trip t GROUP BY 1, 2""";

  /** What a verification holds, in any process. */
  private static final String LOCK =
      "SELECT pg_advisory_lock(hashtextextended('daybook-upkeep', 0))";

  private static final String DROP_SLOT =
      """
      DO $$
      BEGIN
        LOOP
          PERFORM pg_terminate_backend(active_pid) FROM pg_replication_slots
          WHERE slot_name = '%1$s' AND active_pid IS NOT NULL;
          BEGIN
            PERFORM pg_drop_replication_slot('%1$s');
            EXIT;
          EXCEPTION WHEN object_in_use THEN
            PERFORM pg_sleep(0.001);
          END;
        END LOOP;
      END $$""";

  @TempDir static Path folder;
  private static PipelineRig rig;

  @BeforeAll
  static void start() throws Exception {
    Path rollups = Files.createDirectories(folder.resolve("rollups/trips_daily"));
    Files.writeString(rollups.resolve("trips.sql"), SELECT);
    rig = PipelineRig.start(folder, DDL, rollups.getParent());
    rig.migrate();
    rig.startRoles(false);
    rig.await("the first load, which nobody verifies", () -> source().equals("rollup running"));
  }

  @AfterAll
  static void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void readersGetTheRollupAgainWhenNothingDiffersWithNoHandOnIt() throws Exception {
    try (Connection another = lockOfAnotherProcess()) {
      loseTheSlot();
      awaitReadAgain();
      assertEquals("live healing", source());
      assertEquals("healing", status().rollups().get(0).state());
      StatusReport.Problem problem = problem();
      assertTrue(problem.what().contains("is being verified"), problem.what());
      assertEquals("the live query", problem.readersGet());
    }
    rig.await("the rollup again", () -> source().equals("rollup running"));
    Verification found = rig.verify();
    assertEquals(Verdict.EQUAL, found.verdict(), found.toString());
    rig.await("no problem", () -> status().healthy());
  }

  @Test
  void aDifferenceLeavesReadersTheLiveQueryUntilItIsMended() throws Exception {
    try (Connection another = lockOfAnotherProcess()) {
      loseTheSlot();
      awaitReadAgain();
      execute("UPDATE daybook.trips_daily_rows SET trips = trips + 1 WHERE day = '2026-01-03'");
    }
    rig.await("a finding", () -> one("SELECT finding FROM daybook.unverified") != null);
    assertEquals("live healing", source());
    StatusReport.Problem problem = problem();
    assertTrue(problem.what().contains("differences: 2, the first in"), problem.what());
    assertTrue(problem.remedy().contains("daybook verify"), problem.remedy());

    execute("UPDATE daybook.trips_daily_rows SET trips = trips - 1 WHERE day = '2026-01-03'");
    rig.await("the rollup again", () -> source().equals("rollup running"));
    assertEquals(Verdict.EQUAL, rig.verify().verdict());
  }

  @Test
  void verifyByHandGivesItBackAtOnceWhereItsUserMay() throws Exception {
    execute(
        "INSERT INTO daybook.unverified (rollup, generation, epoch, tries, tried_at)"
            + " VALUES ('trips_daily', 1, 1, 9, clock_timestamp())");
    execute("REVOKE DELETE ON daybook.unverified FROM owner");
    assertEquals(ExitCode.TRUE, verifyVerb());
    assertEquals("live healing", source());
    execute("GRANT DELETE ON daybook.unverified TO owner");
    assertEquals(ExitCode.TRUE, verifyVerb());
    assertEquals("rollup running", source());
  }

  private static StatusReport status() {
    try {
      return new StatusProbe(rig.installation()).read();
    } catch (SQLException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static StatusReport.Problem problem() {
    return status().problems().stream()
        .filter(each -> each.what().contains("is healing"))
        .findFirst()
        .orElseThrow();
  }

  private static int verifyVerb() {
    return Main.commandLine()
        .execute("verify", "--config", folder.resolve("daybook.yaml").toString());
  }

  private static Connection lockOfAnotherProcess() throws SQLException {
    Connection connection = rig.installation().target().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute(LOCK);
    }
    return connection;
  }

  /** With rows deleted of which no stream will ever tell. */
  private static void loseTheSlot() throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "DELETE FROM trip WHERE id IN (SELECT id FROM trip ORDER BY id DESC LIMIT 20)");
      statement.execute(DROP_SLOT.formatted(rig.installation().topics().sourceName()));
      connection.commit();
    }
  }

  private static void awaitReadAgain() throws InterruptedException {
    rig.await(
        "a new epoch that is complete",
        () -> {
          try (Connection target = rig.installation().target().getConnection()) {
            List<Boolean> complete =
                UnverifiedTable.read(target).stream().map(each -> each.complete()).toList();
            return complete.equals(List.of(true));
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Where an answer comes from, and why. */
  private static String source() {
    return one("SELECT served_from || ' ' || reason FROM daybook.source_of_trips_daily('red')");
  }

  private static String one(String sql) {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
