// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.LiveQuery;
import io.daybook.schemas.table.ReadFunctions;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSettings;
import io.daybook.serve.mode.ModeSwitch;
import io.daybook.serve.mode.OnStale;
import io.daybook.serve.mode.RollupStatus;
import io.daybook.serve.mode.StatusReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Live query, read functions, roles and the switch on a real Postgres. */
class ServeIT {
  private static final Rollup SHOPS = ServeFixture.SHOPS;
  private static final Rollup DESKS = ServeFixture.DESKS;
  private static final String AMOUNT = ServeFixture.HOSTILE.replace("\"", "\"\"");

  /** What the SELECTs answer, by hand: shop, day, dimension, orders, amount, visits. */
  private static final List<String> SHOP_7 =
      List.of(
          "7|2026-01-01|web|2|3.50|0",
          "7|2026-01-01|null|1|null|1",
          "7|2026-01-02|web|0|null|1",
          "7|2026-01-03|null|1|4.00|0");

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
  void theLiveQueryJoinsFactsByKeyAndKeepsNullAsAGroup() throws SQLException {
    String live = new LiveQuery(SHOPS).all();
    assertEquals(
        SHOP_7,
        fixture.rows(
            "SET search_path = shop",
            "SELECT * FROM (%s) l WHERE workspace_id = '7' ORDER BY 2, 3".formatted(live)));
    assertEquals(
        List.of("7", "8"),
        fixture.rows(
            "SET search_path = shop",
            "SELECT DISTINCT workspace_id FROM (%s) l ORDER BY 1".formatted(live)));
  }

  @Test
  void theWorkspaceReachesTheIndexOfEveryFact() throws SQLException {
    fixture.run(
        """
        CREATE SCHEMA big;
        CREATE TABLE big."Order Lines" (LIKE shop."Order Lines" INCLUDING ALL);
        CREATE TABLE big.visit (LIKE shop.visit INCLUDING ALL);
        INSERT INTO big."Order Lines" ("shopId", placed)
        SELECT n % 500, '2026-01-01' FROM generate_series(1, 20000) n;
        INSERT INTO big.visit (shop, at)
        SELECT n % 500, '2026-01-01' FROM generate_series(1, 20000) n;
        ANALYZE big."Order Lines", big.visit""");
    String prepare =
        "SET search_path = big; PREPARE q (text, date, date) AS "
            + new LiveQuery(SHOPS).ofWorkspace();
    String explain = "EXPLAIN EXECUTE q ('7', '2026-01-01', '2026-01-02')";
    String plan = String.join("\n", fixture.rows(prepare, explain));
    assertTrue(plan.contains("Index Cond: (\"shopId\" = '7'::bigint)"), plan);
    assertTrue(plan.contains("Index Cond: (shop = '7'::bigint)"), plan);

    String some = new LiveQuery(SHOPS).of(List.of("7", "9", "no number"), List.of("2026-01-01"));
    plan = String.join("\n", fixture.rows("SET search_path = big", "EXPLAIN " + some));
    assertTrue(plan.contains("Index Cond: (\"shopId\" = ANY ('{7,9}'::bigint[]))"), plan);
  }

  @Test
  void theReadFunctionAnswersTheSameFromRollupAndLiveAndSaysWhich() throws SQLException {
    assertEquals(SHOP_7, readShop("7"));
    assertEquals("rollup|1|running", source("7"));
    switchTo(null, Mode.LIVE);
    assertEquals(SHOP_7, readShop("7"));
    assertEquals("live|1|mode is live", source("7"));
    assertEquals(
        List.of("live|1"), fixture.rows("SELECT DISTINCT served_from, generation" + from("7")));
    for (String unknown : List.of("007", "x", "99999999999999999999", "")) {
      assertEquals(List.of(), readShop(unknown));
    }
  }

  @Test
  void readersGetLiveWhileBuildingAndWhenStale() throws SQLException {
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "61 s");
    assertEquals("live|1|stale", source("7"));
    assertEquals("stopped", status(SHOPS).state());
    fixture.run("UPDATE daybook.setting SET freshness_limit = '2 min'");
    assertEquals("rollup|1|running", source("7"));
    fixture.run("UPDATE daybook.progress SET watermark_lsn = NULL WHERE partition = 1");
    assertEquals("live|1|building", source("7"));
    assertEquals(SHOP_7, readShop("7"));
    assertEquals("building", status(SHOPS).state());
  }

  @Test
  void readersOfADegradedWorkspaceGetLiveAndTheOthersTheRollup() throws SQLException {
    fixture.run("DELETE FROM daybook.\"shop_daily_rows\"");
    fixture.run(
        "INSERT INTO daybook.degraded VALUES ('shop_daily', 1, '7', 2, 'division by zero')");
    assertEquals("live|1|degraded", source("7"));
    assertEquals(SHOP_7, readShop("7"));
    assertEquals("rollup|1|running", source("8"));
    fixture.run("INSERT INTO daybook.degraded VALUES ('shop_daily', 1, NULL, 1, 'no JSON')");
    assertEquals("live|1|degraded", source("8"));
    fixture.run("DELETE FROM daybook.degraded WHERE workspace = '7'");
    assertEquals("live|1|degraded", source("7"));
    fixture.run("DELETE FROM daybook.degraded");
    assertEquals("rollup|1|running", source("7"));
  }

  @Test
  void readersSeeTheGenerationThatIsPointedAtAndNoOther() throws SQLException {
    fixture.run(
        """
        INSERT INTO daybook.generation VALUES ('shop_daily', 2, 'other', 3);
        INSERT INTO daybook.progress (rollup, generation, partition)
        SELECT 'shop_daily', 2, partition FROM daybook.progress WHERE rollup = 'shop_daily';
        CREATE TABLE daybook.shop_daily_rows_g2 PARTITION OF daybook.shop_daily_rows
        FOR VALUES IN (2);
        INSERT INTO daybook.shop_daily_rows (generation, workspace_id, day, workspace, updated_at)
        VALUES (2, '7', '2026-01-09', 1, now())""");
    assertEquals(SHOP_7, readShop("7"));
    fixture.run("UPDATE daybook.current_generation SET generation = 2 WHERE rollup = 'shop_daily'");
    assertEquals("live|2|building", source("7"));
    assertEquals(SHOP_7, readShop("7"));
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "0 s");
    assertEquals("rollup|2|running", source("7"));
    assertEquals(List.of("7|2026-01-09|null|1|null|null"), readShop("7"));
  }

  @Test
  void readersGetLiveUntilWhatWasReadAgainIsVerified() throws SQLException {
    fixture.run("INSERT INTO daybook.unverified VALUES ('shop_daily', 1, 2)");
    assertEquals("live|1|healing", source("7"));
    assertEquals(SHOP_7, readShop("7"));
    RollupStatus healing = status(SHOPS);
    assertEquals("healing", healing.state());
    assertTrue(healing.healing().readAgain() && healing.completeThrough() != null);
    assertEquals("running", status(DESKS).state());

    fixture.run("UPDATE daybook.progress SET watermark_lsn = '0/0' WHERE partition = 1");
    assertEquals("live|1|healing", source("7"));
    assertEquals(false, status(SHOPS).healing().readAgain());
    assertEquals("building", status(DESKS).state());

    fixture.completeThrough(ServeFixture.FAR_AHEAD, "0 s");
    fixture.run("DELETE FROM daybook.unverified");
    assertEquals("rollup|1|running", source("7"));
    assertEquals(null, status(SHOPS).healing());
  }

  @Test
  void theSwitchHoldsForTheNextStatementAndAWorkspaceGoesBeforeItsRollup() throws SQLException {
    fixture.run("DELETE FROM daybook.\"shop_daily_rows\"");
    assertEquals(List.of(), readShop("7"));
    switchTo("7", Mode.LIVE);
    assertEquals(SHOP_7, readShop("7"));
    assertEquals("rollup|1|running", source("8"));
    switchTo(null, Mode.LIVE);
    switchTo("7", Mode.ROLLUP);
    assertEquals("rollup|1|running", source("7"));
    assertEquals("live|1|mode is live", source("8"));
    ModeSwitch mode = new ModeSwitch(fixture.database());
    assertTrue(mode.clear("shop_daily", "7", "test", null));
    assertEquals("live|1|mode is live", source("7"));
    assertEquals(Mode.LIVE, status(SHOPS).mode());
    assertEquals(
        List.of("7|live|why", "7|null|why", "null|live|why", "7|rollup|why", "7|null|null"),
        fixture.rows("SELECT workspace, mode, reason FROM daybook.control_history ORDER BY id"));

    mode.set(new ModeChange("shop_daily", null, 30, Mode.ROLLUP, null, "test", null));
    int inRollup =
        fixture
            .rows(
                "SELECT FROM generate_series(1, 1000) n, daybook.source_of_shop_daily(n::text) s"
                    + " WHERE s.served_from = 'rollup'")
            .size();
    assertTrue(inRollup > 250 && inRollup < 350, "30 % of 1000 are " + inRollup);
    mode.set(new ModeChange("shop_daily", null, 30, Mode.ROLLUP, Mode.SHADOW, "test", null));
    assertEquals(
        List.of("live|mode is shadow", "rollup|running"),
        fixture.rows(
            "SELECT DISTINCT served_from, reason FROM generate_series(1, 1000) n,"
                + " daybook.source_of_shop_daily(n::text) ORDER BY 1"));
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> mode.set(new ModeChange("nope", null, Mode.LIVE, "test", null)));
    assertTrue(unknown.getMessage().contains("shop_daily"), unknown.getMessage());
  }

  @Test
  void liveForAllTakesBackWhatWorkspacesHaveOfTheirOwnAndRollupLeavesIt() throws SQLException {
    ModeSwitch mode = new ModeSwitch(fixture.database());
    for (String workspace : List.of("8", "7")) {
      switchTo(workspace, Mode.ROLLUP);
    }
    assertEquals(2, status(SHOPS).ownModes());
    assertEquals(
        List.of("7", "8"),
        mode.set(new ModeChange("shop_daily", null, Mode.LIVE, "pager", "wrong numbers")));
    for (String workspace : List.of("7", "8", "9")) {
      assertEquals("live|1|mode is live", source(workspace));
    }
    assertEquals(0, status(SHOPS).ownModes());
    assertEquals(
        List.of(
            "7|null|pager|wrong numbers",
            "8|null|pager|wrong numbers",
            "null|live|pager|wrong numbers"),
        fixture.rows(
            "SELECT workspace, mode, changed_by, reason FROM daybook.control_history"
                + " WHERE changed_by = 'pager' ORDER BY workspace"));

    switchTo("7", Mode.LIVE);
    assertEquals(List.of(), mode.set(new ModeChange("shop_daily", null, Mode.ROLLUP, "x", null)));
    assertEquals("live|1|mode is live", source("7"));
    ModeSettings shops =
        mode.settings().stream()
            .filter(each -> each.rollup().equals("shop_daily"))
            .findFirst()
            .orElseThrow();
    assertEquals(Mode.ROLLUP, shops.mode());
    assertEquals(Set.of("7"), shops.workspaces().keySet());
    assertEquals("why", shops.workspaces().get("7").why());
  }

  @Test
  void inShadowReadersGetLive() throws SQLException {
    switchTo(null, Mode.SHADOW);
    fixture.run("DELETE FROM daybook.shop_daily_rows");
    assertEquals("live|1|mode is shadow", source("7"));
    assertEquals(SHOP_7, readShop("7"));
    assertEquals(Mode.SHADOW, status(SHOPS).mode());
  }

  @Test
  void pastTheLimitReadersGetWhatTheRollupIsSetTo() throws SQLException {
    fixture.run("DELETE FROM daybook.shop_daily_rows WHERE day > '2026-01-01'");
    List<String> old = SHOP_7.subList(0, 2);
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "61 s");
    fixture.run("UPDATE daybook.setting SET on_stale = 'rollup'");
    assertEquals("rollup|1|stale", source("7"));
    assertEquals(old, readShop("7"));
    assertEquals(
        List.of("rollup|t"),
        fixture.rows(
            "SELECT DISTINCT served_from, complete_through < now() - interval '1 min'"
                + from("7")));

    fixture.run("UPDATE daybook.setting SET on_stale_of = '{\"shop_daily\": \"error\"}'");
    assertEquals("none|1|stale", source("7"));
    SQLException stale = assertThrows(SQLException.class, () -> readShop("7"));
    assertEquals(ReadFunctions.STALE, stale.getSQLState());
    assertTrue(stale.getMessage().contains("freshness.on-stale"), stale.getMessage());
    assertEquals(OnStale.ERROR, status(SHOPS).onStale());
    assertEquals(OnStale.ROLLUP, status(DESKS).onStale());

    fixture.run("INSERT INTO daybook.degraded VALUES ('shop_daily', 1, '7', 1, 'no JSON')");
    assertEquals("live|1|degraded", source("7"));
    assertEquals(SHOP_7, readShop("7"));
    fixture.run("DELETE FROM daybook.degraded");
    switchTo(null, Mode.LIVE);
    assertEquals(SHOP_7, readShop("7"));
  }

  @Test
  void whatHasBeenLateIsStaleUntilItIsNotAnyMore() throws SQLException {
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "50 s");
    fixture.run("UPDATE daybook.progress SET late_at = now() WHERE partition = 2");
    assertEquals("live|1|stale", source("7"));
    assertEquals("stopped", status(SHOPS).state());
    fixture.run("UPDATE daybook.progress SET late_at = NULL");
    assertEquals("rollup|1|running", source("7"));
  }

  @Test
  void readersGetLiveWhateverIsGone() throws SQLException {
    for (String gone :
        List.of(
            "DROP TABLE daybook.shop_daily_rows_g1",
            "ALTER TABLE daybook.shop_daily_rows DETACH PARTITION daybook.shop_daily_rows_g1",
            "DROP TABLE daybook.shop_daily_rows CASCADE")) {
      assertEquals("live|missing", withOut(gone));
    }
    for (String gone :
        List.of(
            "DROP TABLE daybook.control",
            "ALTER TABLE daybook.setting RENAME TO nothing",
            "DROP VIEW daybook.freshness",
            "DELETE FROM daybook.setting",
            "ALTER TABLE daybook.degraded DROP COLUMN workspace CASCADE")) {
      assertEquals("live|unreadable", withOut(gone));
    }
    assertEquals("live|building", withOut("DELETE FROM daybook.current_generation"));
    assertEquals("rollup|1|running", source("7"));
  }

  /** What readers get within a transaction that does this and is taken back. */
  private static String withOut(String gone) throws SQLException {
    try (Connection connection = fixture.database().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT * FROM daybook.source_of_shop_daily('7')");
      statement.execute(gone);
      List<String> rows = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT DISTINCT served_from, (SELECT count(*)"
                  + from("7")
                  + "), (SELECT reason FROM daybook.source_of_shop_daily('7'))"
                  + from("7"))) {
        while (row.next()) {
          assertEquals(SHOP_7.size(), row.getInt(2), gone);
          rows.add(row.getString(1) + "|" + row.getString(3));
        }
      }
      connection.rollback();
      assertEquals(1, rows.size(), gone);
      return rows.get(0);
    }
  }

  @Test
  void aTableThatSomebodyHoldsDoesNotHoldReadersUp() throws SQLException {
    try (Connection holder = fixture.database().getConnection();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK daybook.control");
      assertEquals("live|1|unreadable", source("7"));
      assertEquals(SHOP_7, readShop("7"));
      statement.execute("LOCK daybook.current_generation");
      assertEquals("live|null|unreadable", source("7"));
      assertEquals(SHOP_7, readShop("7"));
      holder.rollback();
      for (String held : List.of("shop_daily", "shop_daily_rows", "shop_daily_rows_g1")) {
        statement.execute("LOCK daybook." + held);
        assertEquals(
            List.of("live"), fixture.rows("SELECT DISTINCT served_from" + from("7")), held);
        assertEquals(SHOP_7, readShop("7"), held);
        holder.rollback();
      }
    }
    assertEquals("rollup|1|running", source("7"));
    assertEquals(List.of("rollup"), fixture.rows("SELECT DISTINCT served_from" + from("7")));
  }

  @Test
  void hostileNamesAndEnumsAreReadLikeAnyOther() throws SQLException {
    String read =
        "SELECT workspace_id, day, kind, tickets, served_from"
            + " FROM daybook.\"read_desk's \"\"daily\"\"\"("
            + "'aaaaaaaa-0000-0000-0000-00000000000%s', '-infinity', 'infinity') ORDER BY kind";
    String bug = "aaaaaaaa-0000-0000-0000-000000000001|2026-01-01|bug|1|";
    String none = "aaaaaaaa-0000-0000-0000-000000000001|2026-01-01|null|1|";
    assertEquals(List.of(bug + "rollup", none + "rollup"), fixture.rows(read.formatted("1")));
    new ModeSwitch(fixture.database())
        .set(new ModeChange(DESKS.name(), null, Mode.LIVE, "test", null));
    assertEquals(List.of(bug + "live", none + "live"), fixture.rows(read.formatted("1")));
    assertEquals(
        List.of("aaaaaaaa-0000-0000-0000-000000000002|infinity|wish|1|live"),
        fixture.rows(read.formatted("2")));
    assertEquals(List.of(), fixture.rows(read.formatted("g")));
  }

  @Test
  void readersMayCallTheFunctionsAndSeeNoSource() throws SQLException {
    fixture.run(
        "CREATE ROLE app IN ROLE daybook_reader; CREATE ROLE stranger;"
            + " GRANT USAGE ON SCHEMA shop TO app; GRANT USAGE ON SCHEMA daybook TO stranger");
    try {
      for (Mode mode : Mode.values()) {
        switchTo(null, mode);
        assertEquals(4, fixture.rows("SET ROLE app", "SELECT *" + from("7")).size());
      }
      for (String readable : List.of("shop_daily", "freshness", "control")) {
        fixture.rows("SET ROLE app", "SELECT * FROM daybook." + readable);
      }
      assertDenied("app", "SELECT * FROM shop.visit");
      assertDenied("app", "SELECT * FROM daybook.shop_daily_rows");
      assertDenied("stranger", "SELECT *" + from("7"));
    } finally {
      fixture.run("DROP OWNED BY app, stranger; DROP ROLE app, stranger");
    }
  }

  @Test
  void ownersAlterTheirTablesAsIfDaybookWereNotThere() throws SQLException {
    fixture.run(
        """
        ALTER TABLE shop.visit ALTER at TYPE timestamp;
        ALTER TABLE shop.visit RENAME shop TO store;
        ALTER TABLE desk.ticket ALTER kind TYPE text;
        DROP TYPE desk."Kind\"""");
    assertEquals(SHOP_7, readShop("7"));
    fixture.run(
        """
        ALTER TABLE shop.visit RENAME store TO shop;
        ALTER TABLE shop.visit ALTER at TYPE date;
        CREATE TYPE desk."Kind" AS ENUM ('bug', 'wish');
        ALTER TABLE desk.ticket ALTER kind TYPE desk."Kind" USING kind::desk."Kind\"""");
  }

  private static String from(String workspace) {
    return " FROM daybook.read_shop_daily('%s', '2026-01-01', '2026-01-31')".formatted(workspace);
  }

  private static List<String> readShop(String workspace) throws SQLException {
    return fixture.rows(
        "SELECT workspace_id, day, from_day, workspace, \"%s\"::numeric(9,2), daybook_source%s"
                .formatted(AMOUNT, from(workspace))
            + " ORDER BY 2, 3");
  }

  private static String source(String workspace) throws SQLException {
    return fixture
        .rows(
            """
            SELECT served_from, generation, reason
            FROM   daybook.source_of_shop_daily(workspace => '%s')"""
                .formatted(workspace))
        .get(0);
  }

  private static void switchTo(String workspace, Mode mode) throws SQLException {
    new ModeSwitch(fixture.database())
        .set(new ModeChange("shop_daily", workspace, mode, "test", "why"));
  }

  private static RollupStatus status(Rollup rollup) throws SQLException {
    return new StatusReader(fixture.database())
        .read().stream().filter(s -> s.name().equals(rollup.name())).findFirst().orElseThrow();
  }

  private static void assertDenied(String role, String sql) {
    SQLException denied =
        assertThrows(SQLException.class, () -> fixture.rows("SET ROLE " + role, sql));
    assertEquals("42501", denied.getSQLState());
  }
}
