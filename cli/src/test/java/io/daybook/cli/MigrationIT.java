// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.migration.Migration;
import io.daybook.serve.migration.MigrationRefusedException;
import io.daybook.serve.migration.Step;
import io.daybook.serve.migration.Uninstallation;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSwitch;
import java.io.IOException;
import java.sql.Connection;
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
  void eachGenerationIsAnsweredByItsOwnDefinition() throws SQLException {
    Migration migration = new Migration(fixture.database(), ServeFixture.HERE);
    String hostile = '"' + ServeFixture.HOSTILE.replace("\"", "\"\"") + '"';
    String read =
        "SELECT day, from_day, workspace, %s, daybook_source, turnover, served_from, generation"
                .formatted(hostile)
            + " FROM daybook.read_shop_daily('7', '2026-01-01', '2026-01-31') ORDER BY 1, 2";
    migration.apply(List.of(SHOPS, ServeFixture.OTHER_SHOPS));
    assertEquals(List.of(), migration.apply(List.of(ServeFixture.OTHER_SHOPS)));
    assertEquals(List.of(), migration.apply(List.of(SHOPS)));
    fixture.run(
        "INSERT INTO daybook.control (rollup, mode, changed_by) VALUES ('shop_daily', 'live', 'me')");
    List<String> before =
        List.of(
            "2026-01-01|web|2|3.50|0|null|live|1",
            "2026-01-01|null|1|null|1|null|live|1",
            "2026-01-02|web|0|null|1|null|live|1",
            "2026-01-03|null|1|4.00|0|null|live|1");
    List<String> after =
        List.of(
            "2026-01-01|null|3|null|null|3.50|live|2", "2026-01-03|null|1|null|null|4.00|live|2");
    assertEquals(before, fixture.rows(read));
    fixture.run("UPDATE daybook.current_generation SET generation = 2 WHERE rollup = 'shop_daily'");
    assertEquals(after, fixture.rows(read));

    fixture.run(
        "DELETE FROM daybook.control;"
            + " UPDATE daybook.progress SET watermark_epoch = 1, watermark_lsn = 'F/0',"
            + " watermark_time = clock_timestamp();"
            + " INSERT INTO daybook.shop_daily_rows_g2"
            + " (generation, workspace_id, day, workspace, turnover, updated_at)"
            + " VALUES (2, '7', '2026-01-01', 3, 3.50, now()), (2, '7', '2026-01-03', 1, 4.00, now())");
    List<String> ofRollup = after.stream().map(row -> row.replace("live", "rollup")).toList();
    assertEquals(ofRollup, fixture.rows(read));
    assertThrows(
        SQLException.class,
        () ->
            fixture.run(
                "INSERT INTO daybook.shop_daily_rows_g2 (generation, workspace_id, day, updated_at)"
                    + " VALUES (2, '7', '2026-01-01', now())"));

    assertEquals(
        List.of(), migration.dropping().apply(List.of(ServeFixture.OTHER_SHOPS)), "1 is there");
    fixture.run("DROP TABLE daybook.shop_daily_rows_g1");
    migration.renewFunctions(List.of(ServeFixture.OTHER_SHOPS));
    assertEquals(ofRollup, fixture.rows(read));
    assertTrue(
        migration.dropping().apply(List.of(ServeFixture.OTHER_SHOPS)).stream()
            .anyMatch(step -> step.what().contains("daybook_source")));
    assertEquals(List.of(), migration.dropping().apply(List.of(ServeFixture.OTHER_SHOPS)));
    assertEquals(
        List.of("7|2026-01-01|3|3.50|rollup|2", "7|2026-01-03|1|4.00|rollup|2"),
        fixture.rows(
            "SET ROLE daybook_reader",
            "SELECT workspace_id, day, workspace, turnover, served_from, generation"
                + " FROM daybook.read_shop_daily('7', '2026-01-01', '2026-01-31') ORDER BY 2"));
    fixture.run("SET ROLE daybook_reader; SELECT turnover FROM daybook.shop_daily");
  }

  @Test
  void theTablesOfAnEarlierVersionAreBroughtForward() throws SQLException {
    fixture.run(
        "DROP FUNCTION daybook.control_changed() CASCADE;"
            + " ALTER TABLE daybook.generation DROP COLUMN live_query, DROP COLUMN live_columns,"
            + " DROP COLUMN search_path, DROP COLUMN dimensions;"
            + " CREATE UNIQUE INDEX ON daybook.shop_daily_rows (generation, workspace_id, day,"
            + " from_day) NULLS NOT DISTINCT;"
            + " CREATE INDEX mine ON daybook.shop_daily_rows (day)");
    Migration migration = new Migration(fixture.database(), ServeFixture.HERE);
    migration.apply(List.of(SHOPS, ServeFixture.OTHER_SHOPS, ServeFixture.DESKS));
    assertEquals(List.of(), migration.apply(ROLLUPS));
    assertEquals(
        List.of("mine"),
        fixture.rows(
            "SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid"
                + " WHERE x.indrelid = 'daybook.shop_daily_rows'::regclass"));
    for (String part : List.of("g1", "g2")) {
      assertThrows(
          SQLException.class,
          () ->
              fixture.run(
                  ("INSERT INTO daybook.shop_daily_rows_%1$s"
                          + " (generation, workspace_id, day, updated_at)"
                          + " SELECT %2$s, '9', '2026-01-01', now() FROM generate_series(1, 2)")
                      .formatted(part, part.substring(1))));
    }
  }

  @Test
  void whatAnEarlierVersionLacksIsAddedAndItsFreshnessIsReplacedAndKeepsItsReaders()
      throws SQLException {
    fixture.run(
        """
        DROP VIEW daybook.freshness;
        CREATE VIEW daybook.freshness AS
        SELECT rollup, generation, now() AS complete_through, '0/1'::pg_lsn AS complete_through_lsn,
               now() AS updated_at, false AS healing
        FROM   daybook.generation;
        GRANT SELECT ON daybook.freshness TO daybook_reader;
        DROP TABLE daybook.unverified;
        ALTER TABLE daybook.progress DROP late_at;
        ALTER TABLE daybook.control DROP others, DROP CONSTRAINT control_mode_check,
          ADD CONSTRAINT control_mode_check CHECK (mode IN ('live', 'rollup'));
        ALTER TABLE daybook.control_history DROP others;
        ALTER TABLE daybook.setting DROP on_stale, DROP on_stale_of, DROP control_version;
        DROP FUNCTION daybook.next_control_version() CASCADE;
        DROP FUNCTION daybook.control_changed() CASCADE;
        ALTER TABLE daybook.generation DROP dimensions""");
    try (Connection connection = fixture.database().getConnection()) {
      assertEquals(List.of(), Generations.read(connection), "whoever migrates looks at them first");
    }
    Migration migration = new Migration(fixture.database(), ServeFixture.HERE);
    List<String> done = migration.apply(ROLLUPS).stream().map(Step::what).toList();
    assertEquals(
        List.of(
            "column on_stale of daybook.setting",
            "readers of freshness wait a moment",
            "column dimensions of daybook.generation",
            "column late_at of daybook.progress",
            "column others of daybook.control_history",
            "column others of daybook.control",
            "daybook.unverified",
            "daybook.freshness",
            "daybook.control_version"),
        done.subList(0, 9));
    assertTrue(
        done.containsAll(
            List.of(
                "daybook_sink may SELECT, INSERT, UPDATE, DELETE unverified",
                "freshness limit 60 s, past it live",
                "live query of generation 1 of shop_daily")),
        done::toString);
    new ModeSwitch(fixture.database())
        .set(new ModeChange("shop_daily", null, 9, Mode.ROLLUP, Mode.SHADOW, "me", null));
    assertEquals(List.of(), migration.apply(ROLLUPS));
    assertEquals(
        List.of("{kind}", "{from_day}"),
        fixture.rows("SELECT dimensions FROM daybook.generation ORDER BY rollup"));
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
      for (String role : DaybookSchema.ROLES) {
        fixture.run("CREATE ROLE " + role + " NOLOGIN");
      }
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
