// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.config.PostgresUri;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** Whether the source can be read by a replication slot, and what becomes of it. */
final class ReplicationChecks {
  private static final String SLOTS = "replication slots";
  private static final String SENDERS = "walsenders";
  private static final String RIGHT = "REPLICATION";
  private static final String KEEP = "max_slot_wal_keep_size";
  private static final String RESTART = " -- as a superuser; then restart Postgres";

  /** Below this a busy source loses the slot while the first snapshot is still being read. */
  private static final long KEEP_LEAST_MB = 64;

  private static final long KEEP_ENOUGH_MB = 1024;

  private final PostgresSession session;
  private final PostgresUri uri;
  private final Topics topics;
  private final Findings findings;

  ReplicationChecks(PostgresSession session, PostgresUri uri, Topics topics, Findings findings) {
    this.session = session;
    this.uri = uri;
    this.topics = topics;
    this.findings = findings;
  }

  /** Our slot, where it exists. */
  private record Slot(boolean ours, String status, String reader) {}

  void run() {
    findings.look("wal_level", this::walLevel);
    findings.look(SLOTS, this::slots);
    findings.look(KEEP, this::walKept);
    findings.look(SENDERS, this::senders);
  }

  private void walLevel() throws SQLException {
    String level = session.text("SHOW wal_level");
    if (level.equals("logical")) {
      findings.ok("wal_level", level);
    } else {
      findings.blocks(
          "wal_level",
          level + "; row changes can be read with 'logical' only",
          """
          ALTER SYSTEM SET wal_level = 'logical';%s
          -- where there is no superuser: in the provider's settings (RDS: rds.logical_replication)"""
              .formatted(RESTART));
    }
  }

  private Optional<Slot> slot() throws SQLException {
    return session
        .list(
            """
            SELECT s.plugin IS NOT DISTINCT FROM 'pgoutput'
                     AND s.database IS NOT DISTINCT FROM current_database(),
                   coalesce(s.wal_status, ''), coalesce(a.application_name, '')
            FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
            WHERE s.slot_name = ?""",
            row -> new Slot(row.getBoolean(1), row.getString(2), row.getString(3)),
            topics.sourceName())
        .stream()
        .findFirst();
  }

  private void slots() throws SQLException {
    String name = topics.sourceName();
    Optional<Slot> slot = slot();
    if (slot.isEmpty()) {
      slotsLeft();
    } else if (!slot.get().ours()) {
      findings.blocks(
          SLOTS,
          "the slot " + name + " is not of pgoutput in this database, so somebody else's",
          "-- give this installation another 'topic-prefix': the slot is named after it");
    } else if (!mayRead(slot.get().reader())) {
      findings.blocks(
          SLOTS,
          "the slot " + name + " is read by '" + slot.get().reader() + "'",
          "-- stop that reader, or give this installation another 'topic-prefix'");
    } else if (slot.get().status().equals("lost")) {
      findings.warning(
          SLOTS,
          "the slot " + name + " has lost WAL: capture will read all tables again",
          "-- raise max_slot_wal_keep_size, so that it does not happen again");
    } else {
      findings.ok(SLOTS, "our slot " + name + " is there");
    }
  }

  private boolean mayRead(String reader) {
    return reader.isEmpty() || reader.equals(CaptureSettings.applicationName(topics));
  }

  private void slotsLeft() throws SQLException {
    long most = session.number("SELECT current_setting('max_replication_slots')::int");
    long used = session.number("SELECT count(*) FROM pg_replication_slots");
    String detail = "%d of %d in use".formatted(used, most);
    if (used < most) {
      findings.ok(SLOTS, detail);
      return;
    }
    List<String> idle =
        session.texts("SELECT slot_name FROM pg_replication_slots WHERE NOT active ORDER BY 1");
    StringBuilder remedy =
        new StringBuilder("ALTER SYSTEM SET max_replication_slots = %d;".formatted(most + 2))
            .append(RESTART);
    for (String name : idle) {
      remedy
          .append("\n-- or, if nobody needs it any more: SELECT pg_drop_replication_slot(")
          .append(Identifier.literal(name))
          .append(");");
    }
    findings.blocks(SLOTS, detail + "; capture needs one", remedy.toString());
  }

  private void walKept() throws SQLException {
    long mb = session.number("SELECT setting::bigint FROM pg_settings WHERE name = ?", KEEP);
    if (mb < 0) {
      findings.warning(
          KEEP,
          "unlimited: while capture stands still, WAL fills the source's disk",
          """
          ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'; -- less than the disk has left
          SELECT pg_reload_conf();""");
    } else if (mb < KEEP_ENOUGH_MB) {
      String detail =
          "%d MB: a slot that lags further is lost, and all tables are read again".formatted(mb);
      String remedy = "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB';\nSELECT pg_reload_conf();";
      if (mb < KEEP_LEAST_MB) {
        findings.blocks(KEEP, detail, remedy);
      } else {
        findings.warning(KEEP, detail, remedy);
      }
    } else {
      findings.ok(KEEP, mb + " MB");
    }
  }

  private void senders() throws SQLException {
    long most = session.number("SELECT current_setting('max_wal_senders')::int");
    long used = session.number("SELECT count(*) FROM pg_stat_replication");
    boolean ours = slot().map(slot -> !slot.reader().isEmpty()).orElse(false);
    String detail = "%d of %d in use".formatted(used, most);
    if (used >= most && !ours) {
      findings.blocks(
          SENDERS,
          detail + "; capture needs one",
          "ALTER SYSTEM SET max_wal_senders = %d;%s".formatted(most + 2, RESTART));
      return;
    }
    findings.ok(SENDERS, detail);
    if (used < most) {
      right();
    }
  }

  /** Asked by a replication connection: managed servers have other ways to grant the right. */
  private void right() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "15");
    properties.setProperty("ApplicationName", "daybook-preflight");
    String seconds = Long.toString(PostgresSession.LIMIT.toSeconds());
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    try (Connection connection = new Driver().connect(uri.jdbcUrl(), properties);
        Statement statement = connection.createStatement()) {
      statement.execute("IDENTIFY_SYSTEM");
      findings.ok(RIGHT, "a replication connection is let in");
    } catch (SQLException e) {
      String role = Identifier.quote(session.text("SELECT current_user"));
      boolean rds =
          session.truth("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication')");
      findings.blocks(
          RIGHT,
          "no replication connection: " + e.getMessage(),
          rds
              ? "GRANT rds_replication TO " + role + ";"
              : "ALTER ROLE " + role + " REPLICATION; -- as a superuser");
    }
  }
}
