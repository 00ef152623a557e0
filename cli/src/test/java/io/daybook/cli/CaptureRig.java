// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.pipeline.capture.SourceDatabase;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A database of its own on shared servers, and what its capture needs. */
record CaptureRig(EmbeddedStack stack, String database, List<Table> tables) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  static CaptureRig create(EmbeddedStack stack, String database, String ddl, Table... tables)
      throws SQLException {
    try (Connection superuser = stack.superuser().getConnection();
        Statement statement = superuser.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    }
    CaptureRig rig = new CaptureRig(stack, database, List.of(tables));
    rig.sql(ddl);
    return rig;
  }

  Topics topics() {
    return new Topics(database, 3);
  }

  Map<String, String> kafka() {
    return Map.of("bootstrap.servers", stack.kafkaBootstrap());
  }

  CaptureSettings settings() {
    return CaptureSettings.of(
        SourceDatabase.parse(stack.sourceJdbcUrl("postgres", "unused", database)),
        topics(),
        tables,
        kafka());
  }

  /** Everything goes out at once: a transaction for each event, a watermark after each. */
  CaptureSettings hasty() {
    CaptureSettings usual = settings().withBatchRecordsMax(1);
    CaptureSettings.Pace pace = usual.pace();
    return usual.withPace(
        new CaptureSettings.Pace(
            Duration.ofNanos(1), pace.heartbeat(), pace.lease(), pace.watch()));
  }

  Capture capture() {
    return capture(settings());
  }

  static Capture capture(CaptureSettings settings) {
    Capture capture = new Capture(settings, failure -> {});
    capture.start();
    return capture;
  }

  /** The topic of a table, whose accounts must be right. */
  CdcLog log(Table table) throws IOException {
    Topic topic = topics().cdc(table.name());
    CdcLog log = CdcLog.read(stack.kafkaBootstrap(), topic);
    assertEquals(List.of(), log.miscounts);
    return log;
  }

  Connection connect() throws SQLException {
    return stack.superuser(database).getConnection();
  }

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

  /** Everything that is committed now is in the topics. */
  void awaitCaptured(Capture capture) throws Exception {
    Lsn written = Lsn.parse(text("SELECT pg_current_wal_insert_lsn()"));
    await(
        "a watermark at " + written,
        () -> {
          Watermark watermark = capture.status().watermark();
          return watermark != null && watermark.commitLsn().compareTo(written) >= 0;
        });
  }

  static void await(String what, Callable<Boolean> condition) throws Exception {
    Await.until(LIMIT, what, condition);
  }
}
