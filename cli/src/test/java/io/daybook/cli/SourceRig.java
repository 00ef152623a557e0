// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.pipeline.capture.SourceDatabase;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assertions;

/** A source with a plain and a partitioned table, and captures of it that look every 300 ms. */
final class SourceRig {
  static final Table PARCEL =
      new Table(
          new TableName("public", "Parcel"),
          List.of(
              new Column("id", SqlType.INT4),
              new Column("weight", SqlType.INT4),
              new Column("note", SqlType.TEXT)),
          List.of("id"));

  static final Table VISIT =
      new Table(
          new TableName("public", "Visit"),
          List.of(
              new Column("id", SqlType.INT4),
              new Column("day", SqlType.DATE),
              new Column("n", SqlType.INT4)),
          List.of("id", "day"));

  static final String DDL =
      """
      CREATE TABLE "Parcel" (id int PRIMARY KEY, weight int, note text, unused int);
      CREATE TABLE "Visit" (id int, day date, n int, PRIMARY KEY (id, day))
        PARTITION BY RANGE (day);
      CREATE TABLE january PARTITION OF "Visit" FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE TABLE february PARTITION OF "Visit" FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
      INSERT INTO "Parcel" SELECT n, n, 'parcel ' || n FROM generate_series(1, 100) n;
      INSERT INTO "Visit" SELECT n, date '2026-01-01' + n % 59, n FROM generate_series(1, 100) n;
      """;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String captureUrl;
  private final String jdbcUrl;
  private final String kafka;
  private final Topics topics;

  /**
   * @param captureUrl where captures connect to
   * @param jdbcUrl where this connects to; the same, or what is behind it
   * @param prefix of topics, and name of slot and publication
   */
  SourceRig(String captureUrl, String jdbcUrl, String kafka, String prefix) {
    this.captureUrl = captureUrl;
    this.jdbcUrl = jdbcUrl;
    this.kafka = kafka;
    this.topics = new Topics(prefix, 2);
  }

  /** The same captures, with the server that is behind their address by now. */
  SourceRig movedTo(String otherUrl) {
    return new SourceRig(captureUrl, otherUrl, kafka, topics.prefix());
  }

  String slot() {
    return topics.sourceName();
  }

  CaptureSettings settings() {
    return CaptureSettings.of(
            SourceDatabase.parse(captureUrl),
            topics,
            List.of(PARCEL, VISIT),
            Map.of("bootstrap.servers", kafka))
        .withWatch(Duration.ofMillis(300));
  }

  /** Starts a capture and waits until it streams all that there is. */
  Capture capture() throws Exception {
    Capture capture = new Capture(settings(), failure -> {});
    capture.start();
    await("streaming", capture, () -> capture.status().phase() == Phase.STREAMING);
    awaitCaptured(capture);
    return capture;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl);
  }

  /** Several statements in one string are one transaction. */
  void sql(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String text(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Ends whatever reads the slot and drops it before anybody can read it again. */
  void dropSlot() throws SQLException {
    sql(
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
        END $$"""
            .formatted(slot()));
  }

  /** Everything that is committed now, and a heartbeat after it. */
  void awaitCaptured(Capture capture) throws Exception {
    Lsn written = Lsn.parse(text("SELECT pg_current_wal_insert_lsn()"));
    Instant now =
        Instant.ofEpochMilli(
            Long.parseLong(text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")));
    await(
        "a watermark at " + written,
        capture,
        () -> {
          Watermark watermark = capture.status().watermark();
          return watermark != null
              && watermark.commitLsn().compareTo(written) >= 0
              && watermark.commitTime().isAfter(now);
        });
  }

  void awaitEpoch(int epoch, Capture capture) throws Exception {
    await("epoch " + epoch, capture, () -> capture.status().epoch() >= epoch);
    await("streaming", capture, () -> capture.status().phase() == Phase.STREAMING);
  }

  void await(String what, Capture capture, Callable<Boolean> condition) throws Exception {
    Await.until(
        LIMIT,
        what,
        () -> {
          boolean met = condition.call();
          CaptureStatus status = capture.status();
          if (!met && status.phase() == Phase.FAILED) {
            throw new AssertionError("Waited until " + what + "; is " + status);
          }
          return met;
        });
  }

  CdcLog log(Table table) throws Exception {
    return CdcLog.read(kafka, topics.cdc(table.name()));
  }

  /** The topics, followed to their ends, say what the tables hold. */
  void assertEqual(Capture capture, int epoch) throws Exception {
    awaitCaptured(capture);
    Assertions.assertEquals(epoch, capture.status().epoch());
    for (Table table : List.of(PARCEL, VISIT)) {
      SortedMap<String, JsonNode> held = new TreeMap<>();
      log(table).table.forEach((key, row) -> held.put(key, row.columns()));
      Assertions.assertEquals(rows(table), held, table.name().name());
    }
  }

  private SortedMap<String, JsonNode> rows(Table table) throws Exception {
    StringBuilder key = new StringBuilder();
    StringBuilder columns = new StringBuilder();
    for (Column column : table.columns()) {
      String cast = column.type().equals(SqlType.DATE) ? "::text" : "";
      String field = ", '%1$s', \"%1$s\"%2$s".formatted(column.name(), cast);
      columns.append(field);
      key.append(table.primaryKey().contains(column.name()) ? field : "");
    }
    SortedMap<String, JsonNode> rows = new TreeMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT json_build_object(%s)::text, json_build_object(%s)::text FROM %s"
                    .formatted(key.substring(2), columns.substring(2), table.name().quoted()))) {
      while (row.next()) {
        rows.put(JSON.readTree(row.getString(1)).toString(), JSON.readTree(row.getString(2)));
      }
    }
    return rows;
  }
}
