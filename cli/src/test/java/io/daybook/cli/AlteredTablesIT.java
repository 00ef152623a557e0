// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DDL that changes rows without an event of them leads to a new epoch, other DDL does not. */
class AlteredTablesIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static EmbeddedStack stack;

  @BeforeAll
  static void startServers() {
    stack = EmbeddedStack.start(StackSettings.in(folder));
  }

  @AfterAll
  static void stopServers() {
    stack.close();
  }

  @Test
  @Tag("faults")
  void ddlThatTouchesNoRowTakesNoSnapshot() throws Exception {
    SourceRig source = create("unrelated");
    try (Capture capture = source.capture()) {
      for (String ddl :
          new String[] {
            "ALTER TABLE \"Parcel\" ADD COLUMN more text DEFAULT 'x'",
            "ALTER TABLE \"Parcel\" ADD COLUMN drawn float DEFAULT random()",
            "ALTER TABLE \"Parcel\" DROP COLUMN unused",
            "CREATE INDEX ON \"Parcel\" (weight)",
            "ALTER TABLE \"Parcel\" ALTER weight SET DEFAULT 7",
            "VACUUM FULL \"Parcel\"",
            "TRUNCATE \"Parcel\"",
            "CREATE TABLE unrelated (n int); ALTER TABLE unrelated ADD COLUMN m int",
            "CREATE TABLE march PARTITION OF \"Visit\""
                + " FOR VALUES FROM ('2026-03-01') TO ('2026-04-01')",
            "INSERT INTO \"Visit\" VALUES (900, '2026-03-05', 1)",
            "VACUUM FULL \"Visit\"",
          }) {
        source.sql(ddl);
        source.sql("INSERT INTO \"Parcel\" SELECT coalesce(max(id), 0) + 1, 1 FROM \"Parcel\"");
        source.assertEqual(capture, 1);
      }
    }
  }

  @Test
  @Tag("faults")
  void ddlThatChangesRowsUnseenIsHealed() throws Exception {
    SourceRig source = create("unseen");
    try (Capture capture = source.capture()) {
      int epoch = 1;
      for (String ddl :
          new String[] {
            "ALTER TABLE \"Parcel\" ALTER weight TYPE int USING weight * 2",
            "ALTER TABLE \"Parcel\" DROP COLUMN note; ALTER TABLE \"Parcel\" ADD COLUMN note text"
                + " DEFAULT 'anew'",
            "ALTER TABLE \"Visit\" DETACH PARTITION january",
            "DELETE FROM january WHERE id % 2 = 0; ALTER TABLE \"Visit\" ATTACH PARTITION january"
                + " FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
            "DROP TABLE february",
            "ALTER PUBLICATION unseen DROP TABLE \"Parcel\"; DELETE FROM \"Parcel\" WHERE id < 9;"
                + " ALTER PUBLICATION unseen ADD TABLE \"Parcel\"",
            "ALTER PUBLICATION unseen DROP TABLE \"Visit\"; UPDATE \"Visit\" SET n = n + 1",
            "DROP TABLE \"Parcel\"; CREATE TABLE \"Parcel\" (id int PRIMARY KEY, weight int,"
                + " note text); INSERT INTO \"Parcel\" VALUES (5, 5, 'the new one')",
          }) {
        source.sql(ddl);
        epoch++;
        source.awaitEpoch(epoch, capture);
        source.assertEqual(capture, epoch);
      }
    }
  }

  @Test
  void ddlWhileNothingIsCapturedIsHealed() throws Exception {
    SourceRig source = create("absent");
    source.capture().close();
    source.sql(
        "ALTER PUBLICATION absent DROP TABLE \"Parcel\"; DELETE FROM \"Parcel\" WHERE id < 9;"
            + " ALTER PUBLICATION absent ADD TABLE \"Parcel\"");
    try (Capture capture = source.capture()) {
      source.assertEqual(capture, 2);
    }
    source.sql("ALTER PUBLICATION absent DROP TABLE \"Parcel\"; UPDATE \"Parcel\" SET weight = 0");
    try (Capture capture = source.capture()) {
      source.assertEqual(capture, 3);
    }
  }

  @Test
  void aColumnThatIsGoneIsSaidAndWaitedFor() throws Exception {
    SourceRig source = create("renamed");
    try (Capture capture = source.capture()) {
      source.sql(
          "ALTER TABLE \"Parcel\" RENAME weight TO mass; INSERT INTO \"Parcel\" VALUES (777, 7)");
      awaitProblem(source, capture, "\"weight\"", "no column of that name");
      source.sql("UPDATE \"Parcel\" SET mass = mass + 1");
      source.sql("ALTER TABLE \"Parcel\" RENAME mass TO weight");
      source.awaitEpoch(2, capture);
      source.assertEqual(capture, 2);
      assertEquals(null, capture.status().problem());
      source.sql(
          "ALTER TABLE \"Parcel\" ALTER weight TYPE text USING 'w' || weight;"
              + " INSERT INTO \"Parcel\" VALUES (778, 'w8')");
      awaitProblem(source, capture, "\"weight\"", "the type text");
      source.sql("ALTER TABLE \"Parcel\" ALTER weight TYPE int USING substr(weight, 2)::int");
      source.awaitEpoch(3, capture);
      source.assertEqual(capture, 3);
    }
    for (ConsumerRecord<byte[], byte[]> row : source.log(SourceRig.PARCEL).rows) {
      JsonNode after = row.value() == null ? null : JSON.readTree(row.value()).required("after");
      assertTrue(
          after == null || after.isNull() || after.path("weight").isInt(), () -> after.toString());
    }
  }

  @Test
  void rowsThatAreNotLoggedAreSaidAndWaitedFor() throws Exception {
    SourceRig source = create("unlogged");
    try (Capture capture = source.capture()) {
      source.sql(
          "ALTER PUBLICATION unlogged DROP TABLE \"Parcel\";"
              + " ALTER TABLE \"Parcel\" SET UNLOGGED; DELETE FROM \"Parcel\" WHERE id < 9");
      awaitProblem(source, capture, "\"Parcel\"", "not in the log");
      assertEquals(
          "0",
          source.text(
              "SELECT count(*) FROM pg_replication_slots" + " WHERE slot_name = 'unlogged'"));
      source.sql("ALTER TABLE \"Parcel\" SET LOGGED");
      source.awaitEpoch(2, capture);
      source.assertEqual(capture, 2);
    }
  }

  private static void awaitProblem(SourceRig source, Capture capture, String... words)
      throws Exception {
    for (String word : words) {
      source.await(
          "the problem says " + word,
          capture,
          () -> capture.status().problem() != null && capture.status().problem().contains(word));
    }
    assertTrue(capture.status().phase() != Phase.STREAMING);
  }

  private static SourceRig create(String database) throws Exception {
    try (Connection superuser = stack.superuser().getConnection();
        Statement statement = superuser.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    }
    String url = stack.sourceJdbcUrl("postgres", "unused", database);
    SourceRig source = new SourceRig(url, url, stack.kafkaBootstrap(), database);
    source.sql(SourceRig.DDL);
    return source;
  }
}
