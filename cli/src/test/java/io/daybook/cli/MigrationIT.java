// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.migration.Migration;
import io.daybook.serve.migration.MigrationRefusedException;
import io.daybook.serve.migration.Step;
import io.daybook.serve.migration.Uninstallation;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Migration and its undoing on a real Postgres. */
class MigrationIT {
  private static final List<Rollup> ROLLUPS = ServeFixture.ROLLUPS;
  private static final String READ =
      "SELECT * FROM daybook.read_shop_daily('7', '2026-01-01', '2026-01-31')";
  private static final Rollup SHOPS = ServeFixture.SHOPS;

  private static ServeFixture fixture;

  @BeforeAll
  static void start() throws IOException, SQLException {
    fixture = ServeFixture.start();
  }

  @AfterAll
  static void stop() throws IOException {
    fixture.close();
  }

  @BeforeEach
  void install() throws SQLException {
    fixture.install();
  }

  @AfterEach
  void uninstall() throws SQLException {
    fixture.uninstall();
  }

  @Test
  void aSecondMigrationHasNothingToDoAndMendsWhatWasBroken() throws SQLException {
    Migration migration = new Migration(fixture.database(), ServeFixture.HERE);
    assertEquals(List.of(), migration.apply(ROLLUPS));
    assertEquals(Set.of(), needed(migration.plan(ROLLUPS)));
    fixture.run(
        "REVOKE SELECT ON daybook.freshness FROM daybook_reader;"
            + " GRANT EXECUTE ON FUNCTION daybook.source_of_shop_daily TO PUBLIC;"
            + " DROP FUNCTION daybook.read_shop_daily");
    assertEquals(4, migration.apply(ROLLUPS).size());
    assertEquals(List.of(), migration.apply(ROLLUPS));
    fixture.run("UPDATE daybook.generation SET definition_hash = 'other'");
    MigrationRefusedException refused =
        assertThrows(MigrationRefusedException.class, () -> migration.plan(ROLLUPS));
    assertTrue(refused.getMessage().contains("uninstall"), refused.getMessage());
  }

  @Test
  void theFreshnessOfAnEarlierVersionIsReplacedAndKeepsItsReaders() throws SQLException {
    fixture.run(
        """
        CREATE OR REPLACE VIEW daybook.freshness AS
        SELECT rollup, generation, now() AS complete_through, '0/1'::pg_lsn AS complete_through_lsn,
               now() AS updated_at, false AS healing
        FROM   daybook.generation;
        DROP TABLE daybook.unverified""");
    Migration migration = new Migration(fixture.database(), ServeFixture.HERE);
    assertEquals(3, migration.apply(ROLLUPS).size(), "table, view, the sink's grant");
    assertEquals(List.of(), migration.apply(ROLLUPS));
    fixture.run("INSERT INTO daybook.unverified VALUES ('shop_daily', 1, 2)");
    assertEquals(
        List.of("shop_daily"), fixture.rows("SELECT rollup FROM daybook.freshness WHERE healing"));
    fixture.run("SET ROLE daybook_reader; SELECT FROM daybook.freshness");
  }

  @Test
  void aSplitTargetRefusesLiveByNameAndRolesStayWhileAnotherDatabaseUsesThem() throws SQLException {
    DataSource other = fixture.emptyDatabase("split");
    Migration migration = new Migration(other, new Migration.Settings(false, 1));
    assertTrue(migration.plan(List.of(SHOPS)).stream().anyMatch(Step::needed));
    migration.apply(List.of(SHOPS));
    assertEquals(List.of(), migration.apply(List.of(SHOPS)));
    SQLException live = assertThrows(SQLException.class, () -> ServeFixture.rows(other, "", READ));
    assertEquals("DB001", live.getSQLState());
    assertTrue(live.getMessage().contains("building"), live.getMessage());

    fixture.run("CREATE VIEW shop.mine AS SELECT * FROM daybook.shop_daily");
    List<String> plan = new Uninstallation(fixture.database(), Duration.ofSeconds(5)).plan();
    assertTrue(plan.contains("view shop.mine, which reads from daybook"), plan.toString());
    List<String> kept = fixture.uninstall();
    assertTrue(kept.toString().contains("kept role daybook_reader"), kept.toString());
    List<String> dropped = new Uninstallation(other, Duration.ofSeconds(5)).apply().done();
    assertTrue(dropped.toString().contains("dropped role daybook_sink"), dropped.toString());
  }

  @Test
  void aUserWhoMayNotCreateRolesIsToldWhatToRun() throws SQLException {
    uninstall();
    fixture.run("CREATE ROLE plain LOGIN; GRANT CREATE ON DATABASE postgres TO plain");
    try {
      Migration migration = new Migration(fixture.databaseAs("plain"), ServeFixture.HERE);
      MigrationRefusedException refused =
          assertThrows(MigrationRefusedException.class, () -> migration.apply(ROLLUPS));
      assertTrue(
          refused.getMessage().contains("CREATE ROLE daybook_sink NOLOGIN;"), refused.getMessage());
      fixture.run("CREATE ROLE daybook_sink NOLOGIN; CREATE ROLE daybook_reader NOLOGIN");
      migration.apply(ROLLUPS);
      assertEquals(List.of(), migration.apply(ROLLUPS));
      uninstall();
    } finally {
      fixture.run("DROP OWNED BY plain; DROP ROLE plain");
    }
  }

  private static Set<String> needed(List<Step> steps) {
    Set<String> needed = new TreeSet<>();
    steps.stream().filter(Step::needed).forEach(step -> needed.add(step.what()));
    return needed;
  }
}
