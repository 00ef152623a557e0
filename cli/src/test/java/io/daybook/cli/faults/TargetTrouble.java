// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a target may answer to a sink that did nothing wrong. */
final class TargetTrouble implements Fault {
  private static final Duration COMES_WITHIN = Duration.ofSeconds(60);

  private static final List<String> GROWING =
      List.of("workspace_daily_rows_g1", "campaign_daily_rows_g1", "note");

  private static final String WAITING =
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'sink_only'"
          + " AND application_name <> 'daybook-sink-cache'"
          + " AND wait_event_type = 'Lock' AND xact_start IS NOT NULL";

  private static final String END_SINKS =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sink_only'";

  @Override
  public String id() {
    return "F23";
  }

  @Override
  public String title() {
    return "target: deadlock, serialization, lock time-out, read-only, disk full";
  }

  @Override
  public int injections() {
    return 5;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    return switch (turn.variant(5)) {
      case 0 -> deadlock(site);
      case 1 -> serialization(site);
      case 2 -> lockTimeout(site);
      case 3 -> readOnly(site);
      default -> diskFull(site);
    };
  }

  /** Whoever waits longer than its deadlock_timeout looks for a circle, and is its victim. */
  private static Injection deadlock(Site site) throws Exception {
    Database database = site.database();
    String deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'app'";
    long before = database.number(deadlocks);
    Instant at = Instant.now();
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("SET deadlock_timeout = '100s'");
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE daybook.note IN EXCLUSIVE MODE");
      Await.until(COMES_WITHIN, "a sink that waits", () -> database.number(WAITING) > 0);
      statement.execute("SELECT 1 FROM daybook.progress FOR UPDATE");
      connection.rollback();
    }
    boolean counted = Await.within(COMES_WITHIN, () -> database.number(deadlocks) > before);
    return Injection.of(
        at, counted, database.number(deadlocks) - before + " deadlocks, not resolved by us");
  }

  private static Injection serialization(Site site) throws Exception {
    Database database = site.database();
    long before = said(site, "40001");
    Instant at = Instant.now();
    database.administer(
        "CREATE FUNCTION daybook.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END $$");
    database.administer(
        "CREATE TRIGGER refuse BEFORE INSERT ON daybook.note FOR EACH ROW"
            + " EXECUTE FUNCTION daybook.refuse()");
    boolean seen = Await.within(COMES_WITHIN, () -> said(site, "40001") > before);
    Await.pass(Duration.ofSeconds(3));
    database.administer("DROP FUNCTION daybook.refuse() CASCADE");
    return Injection.of(at, seen, "a sink has met 40001: " + seen);
  }

  private static Injection lockTimeout(Site site) throws Exception {
    long before = said(site, "55P03");
    Instant at = Instant.now();
    try (Connection connection = site.database().superuser();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE daybook.workspace_daily_rows IN EXCLUSIVE MODE");
      boolean seen = Await.within(COMES_WITHIN, () -> said(site, "55P03") > before);
      connection.rollback();
      return Injection.of(at, seen, "a sink has met 55P03: " + seen);
    }
  }

  private static Injection readOnly(Site site) throws Exception {
    Database database = site.database();
    long before = said(site, "25006");
    Instant at = Instant.now();
    database.administer("ALTER ROLE sink_only SET default_transaction_read_only = on");
    database.administer(END_SINKS);
    boolean seen = Await.within(COMES_WITHIN, () -> said(site, "25006") > before);
    database.administer("ALTER ROLE sink_only RESET default_transaction_read_only");
    database.administer(END_SINKS);
    return Injection.of(at, seen, "a sink has met 25006: " + seen);
  }

  private static Injection diskFull(Site site) throws Exception {
    try (SmallDisk disk = SmallDisk.mounted(site.folder().resolve("small-disk"), 16)) {
      Database database = site.database();
      database.administer("CREATE TABLESPACE small LOCATION '" + disk.folder() + "'");
      try {
        moveTo(database, "small");
        // Without free room within, so that what is written needs more of the disk.
        for (String table : GROWING) {
          database.administer("VACUUM FULL daybook." + table);
        }
        long before = said(site, "53100");
        disk.fill();
        Instant at = Instant.now();
        boolean seen = Await.within(COMES_WITHIN, () -> said(site, "53100") > before);
        Await.pass(Duration.ofSeconds(3));
        disk.free();
        Await.until(
            COMES_WITHIN,
            "a rollup that goes on",
            () -> site.freshness().completeSince(at) != null);
        return Injection.of(at, seen, "a sink has met 53100: " + seen);
      } finally {
        disk.free();
        moveTo(database, "pg_default");
        database.administer("DROP TABLESPACE small");
      }
    }
  }

  private static void moveTo(Database database, String tablespace) throws SQLException {
    for (String table : GROWING) {
      database.administer("ALTER TABLE daybook." + table + " SET TABLESPACE " + tablespace);
    }
  }

  private static long said(Site site, String text) throws java.io.IOException {
    long times = 0;
    for (RoleProcess sink : site.sinks()) {
      times += sink.said(text);
    }
    return times;
  }
}
