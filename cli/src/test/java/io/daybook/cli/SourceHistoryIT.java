// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.capture.Capture;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What breaks the source's history is noticed and healed: in the end the topics say what the tables
 * hold, rows included that vanished unseen.
 */
@Tag("faults")
class SourceHistoryIT {
  @TempDir static Path folder;
  private static EmbeddedStack stack;

  @BeforeAll
  static void startServers() {
    stack = EmbeddedStack.start(StackSettings.in(folder.resolve("stack")));
  }

  @AfterAll
  static void stopServers() {
    stack.close();
  }

  @Test
  void aSlotDroppedWhileItStreamsIsHealedAndSaidInBand() throws Exception {
    SourceRig source = create("dropped");
    try (Capture capture = source.capture()) {
      source.assertEqual(capture, 1);
      source.dropSlot();
      source.sql("DELETE FROM \"Parcel\" WHERE id % 3 = 0");
      source.awaitEpoch(2, capture);
      source.assertEqual(capture, 2);
    }
    Watermark healing = new Watermark(2, Lsn.ZERO, Instant.EPOCH);
    for (Table table : new Table[] {SourceRig.PARCEL, SourceRig.VISIT}) {
      CdcLog log = source.log(table);
      assertEquals(2, log.watermarks.stream().filter(healing::equals).count());
      assertTrue(
          log.watermarks.stream()
              .noneMatch(each -> each.epoch() == 1 && each.commitLsn().equals(Lsn.ZERO)));
    }
  }

  @Test
  void aSlotCreatedAgainByHandIsNotTaken() throws Exception {
    SourceRig source = create("created");
    try (Capture capture = source.capture()) {
      source.assertEqual(capture, 1);
    }
    source.dropSlot();
    source.sql("DELETE FROM \"Parcel\" WHERE id % 3 = 0");
    source.sql("SELECT pg_create_logical_replication_slot('created', 'pgoutput')");
    try (Capture capture = source.capture()) {
      source.assertEqual(capture, 2);
    }
  }

  @Test
  void aSlotThatLostItsWalIsHealed() throws Exception {
    SourceRig source = create("invalidated");
    try (Capture capture = source.capture()) {
      source.assertEqual(capture, 1);
    }
    source.sql("DELETE FROM \"Parcel\" WHERE id % 3 = 0");
    source.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
    source.sql("SELECT pg_reload_conf()");
    for (int segment = 0; segment < 3; segment++) {
      source.sql("CREATE TABLE IF NOT EXISTS filler (n int); INSERT INTO filler VALUES (1)");
      source.sql("SELECT pg_switch_wal()");
      source.sql("CHECKPOINT");
    }
    assertEquals(
        "lost",
        source.text(
            "SELECT wal_status FROM pg_replication_slots" + " WHERE slot_name = 'invalidated'"));
    source.sql("ALTER SYSTEM RESET max_slot_wal_keep_size");
    source.sql("SELECT pg_reload_conf()");
    try (Capture capture = source.capture()) {
      source.assertEqual(capture, 2);
    }
  }

  @Test
  void aSourceRestoredToAnEarlierTimeIsNoticedAndReadAgain() throws Exception {
    try (SourceServer server = SourceServer.start(folder.resolve("restored"))) {
      SourceRig source = onItsOwn(server.jdbcUrl(), server.jdbcUrl(), "restored");
      source.sql(SourceRig.DDL);
      try (Capture capture = source.capture()) {
        source.assertEqual(capture, 1);
        server.stop();
        server.copyTo(folder.resolve("earlier"));
        server.start();
        source.sql("INSERT INTO \"Parcel\" VALUES (1000, 1, 'of a time that never was')");
        source.assertEqual(capture, 1);
        server.stop();
        server.restoreFrom(folder.resolve("earlier"));
        server.start();
        source.awaitEpoch(2, capture);
        source.assertEqual(capture, 2);
      }
    }
  }

  @Test
  void aPromotedStandbyIsNoticedWhileTheOldPrimaryStillAnswers() throws Exception {
    try (SourceServer primary = SourceServer.start(folder.resolve("primary"));
        Detour address = new Detour(primary.port())) {
      String url = SourceServer.jdbcUrl(address.port());
      SourceRig source = onItsOwn(url, primary.jdbcUrl(), "promoted");
      source.sql(SourceRig.DDL);
      try (Capture capture = source.capture();
          SourceServer standby = primary.standby(folder.resolve("standby"))) {
        source.assertEqual(capture, 1);
        SourceRig promoted = source.movedTo(standby.jdbcUrl());
        String written = source.text("SELECT pg_current_wal_insert_lsn()");
        promoted.await(
            "the standby has replayed",
            capture,
            () ->
                promoted.text("SELECT pg_last_wal_replay_lsn() >= '" + written + "'").equals("t"));
        promoted.sql("SELECT pg_promote()");
        promoted.sql("DELETE FROM \"Parcel\" WHERE id % 3 = 0");
        promoted.sql("SELECT pg_create_logical_replication_slot('promoted', 'pgoutput')");
        address.leadTo(standby.port());
        promoted.awaitEpoch(2, capture);
        promoted.assertEqual(capture, 2);
      }
    }
  }

  private static SourceRig create(String database) throws Exception {
    try (Connection superuser = stack.superuser().getConnection();
        Statement statement = superuser.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    }
    String url = stack.sourceJdbcUrl("postgres", "unused", database);
    SourceRig source = onItsOwn(url, url, database);
    source.sql(SourceRig.DDL);
    return source;
  }

  private static SourceRig onItsOwn(String captureUrl, String jdbcUrl, String prefix) {
    return new SourceRig(captureUrl, jdbcUrl, stack.kafkaBootstrap(), prefix);
  }
}
