// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Watermark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows with large values whose primary key changes arrive whole, or settle before a watermark. */
class ReselectIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNAVAILABLE = "__debezium_unavailable_value";
  private static final List<String> LARGE =
      List.of("note", "long", "tags", "numbers", "doc", "wide", "raw");

  private static final Table CRATE =
      new Table(
          new TableName("public", "Big Crate"),
          List.of(
              new Column("site", new SqlType(SqlType.Kind.UUID, "uuid")),
              new Column("packed at", SqlType.plain(SqlType.Kind.TIMESTAMPTZ)),
              new Column("weight", SqlType.INT4),
              new Column("note", SqlType.TEXT),
              new Column("long", SqlType.NUMERIC),
              new Column("tags", new SqlType(SqlType.Kind.ARRAY, "text[]")),
              new Column("numbers", new SqlType(SqlType.Kind.ARRAY, "numeric[]")),
              new Column("doc", SqlType.plain(SqlType.Kind.JSONB)),
              new Column("wide", new SqlType(SqlType.Kind.BPCHAR, "character(9000)")),
              new Column("raw", new SqlType(SqlType.Kind.UNSUPPORTED, "bytea"))),
          List.of("site", "packed at"));
  private static final Table FILLER =
      new Table(
          new TableName("public", "filler"),
          List.of(new Column("id", SqlType.INT4)),
          List.of("id"));

  private static final String DDL =
      """
      CREATE TABLE "Big Crate" (
        site uuid, "packed at" timestamptz, weight int, note text, long numeric, tags text[],
        numbers numeric[], doc jsonb, wide char(9000), raw bytea,
        PRIMARY KEY (site, "packed at"));
      CREATE TABLE filler (id int PRIMARY KEY);
      """;

  /**
   * A megabyte of text, and of all else more than fits a row; {@code n} makes the values differ.
   */
  private static final String INSERT =
      """
      INSERT INTO "Big Crate"
      SELECT md5(i::text)::uuid, timestamptz '2026-01-31 10:00:00.123456+02' + i * interval '1 day',
             i, string_agg(md5((n * i)::text) || 'Zoë "🏔"', ','),
             ('-' || string_agg((n * 104729 + i)::text, '') FILTER (WHERE n <= 10000)
              || '.50')::numeric,
             array_agg(CASE WHEN n %% 9 = 0 THEN NULL ELSE md5(n::text) || ' "x", {' || i END),
             array_agg(n * 1.10 + i),
             jsonb_build_object('n', i * 1e2, 'all', jsonb_agg(md5((n + i)::text)), 'z', NULL),
             left(string_agg(md5((n - i)::text), ''), 8000),
             decode(left(string_agg(md5((n - i)::text), ''), 80000), 'hex')
      FROM generate_series(1, 25000) n, generate_series(%d, %d) i GROUP BY i
      """;

  private static final String MOVE = "UPDATE \"Big Crate\" SET site = md5(weight || 'm')::uuid";

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
  void aRowWhoseKeyChangesArrivesAsItWasReadAndStreamed() throws Exception {
    CaptureRig rig = CaptureRig.create(stack, "whole", DDL, CRATE, FILLER);
    rig.sql(INSERT.formatted(1, 1));
    try (Capture capture = rig.capture()) {
      CaptureRig.await("streaming", () -> capture.status().phase() == Phase.STREAMING);
      rig.sql(INSERT.formatted(2, 3));
      rig.sql(MOVE + ", weight = weight + 10");
      rig.awaitCaptured(capture);
      assertEquals(3, capture.status().counts().reselects());
      assertEquals(3, capture.status().counts().updates());
    }
    List<JsonNode> rows = after(rig.log(CRATE));
    assertEquals(6, rows.size());
    for (int weight = 1; weight <= 3; weight++) {
      JsonNode first = withWeight(rows, weight).get(0);
      JsonNode moved = withWeight(rows, weight + 10).get(0);
      assertTrue(first.get("note").textValue().length() > 1_000_000);
      ((ObjectNode) first).put("weight", weight + 10).set("site", moved.get("site"));
      assertEquals(first, moved);
    }
  }

  @Test
  void whatTheRowBecameMeanwhileMayComeEarly() throws Exception {
    CaptureRig rig = streamed("later");
    rig.sql(MOVE);
    rig.sql("UPDATE \"Big Crate\" SET note = reverse(note), weight = 100 + weight");
    rig.sql(
        "UPDATE \"Big Crate\" SET long = NULL, doc = '{}', site = md5(weight || 'again')::uuid"
            + " WHERE weight = 101");
    try (Capture capture = rig.capture()) {
      rig.awaitCaptured(capture);
      assertEquals(3, capture.status().counts().reselects());
    }
    CdcLog log = rig.log(CRATE);
    assertEquals("cudT", log.operations(key(rig, "1m", 1)));
    assertEquals("cu", log.operations(key(rig, "2m", 2)));
    assertEquals("c", log.operations(key(rig, "101again", 1)));
    assertEquals(2, log.table.size());
    List<JsonNode> rows = after(log);
    assertEquals(LARGE, unavailable(withWeight(rows, 1).get(1)));
    assertEquals(List.of(), unavailable(withWeight(rows, 2).get(1)));
    JsonNode last = withWeight(rows, 101).get(1);
    assertEquals(List.of(), unavailable(last));
    assertTrue(last.get("long").isNull());
    assertEquals("{}", last.get("doc").textValue());
    String reversed = withWeight(rows, 102).get(0).get("note").textValue();
    assertEquals(reversed, withWeight(rows, 2).get(1).get("note").textValue());
  }

  @Test
  void noWatermarkPassesARowThatIsGone() throws Exception {
    CaptureRig rig = streamed("gone");
    fill(rig, 1, 150);
    rig.sql(MOVE + " WHERE weight = 1");
    Lsn moved = Lsn.parse(rig.text("SELECT pg_current_wal_insert_lsn()"));
    fill(rig, 151, 300);
    rig.sql("DELETE FROM \"Big Crate\" WHERE weight = 1");
    fill(rig, 301, 350);
    // A restart in between remembers what is awaited.
    try (Capture capture = CaptureRig.capture(rig.hasty())) {
      CaptureRig.await("some of it", () -> capture.status().counts().inserts() > 170);
    }
    try (Capture capture = CaptureRig.capture(rig.hasty())) {
      rig.awaitCaptured(capture);
    }
    CdcLog log = rig.log(CRATE);
    String key = key(rig, "1m", 1);
    assertEquals("cdT", log.operations(key));
    assertEquals(LARGE, unavailable(withWeight(after(log), 1).get(1)));
    Lsn deleted =
        log.rows.stream()
            .filter(row -> new String(row.key(), StandardCharsets.UTF_8).equals(key))
            .map(row -> Position.read(row.headers()).change())
            .max(Lsn::compareTo)
            .orElseThrow();
    List<Watermark> between =
        log.watermarks.stream()
            .filter(mark -> mark.commitLsn().compareTo(moved) >= 0)
            .filter(mark -> mark.commitLsn().compareTo(deleted) < 0)
            .toList();
    assertEquals(List.of(), between);
    long before = log.watermarks.stream().filter(w -> w.commitLsn().compareTo(moved) < 0).count();
    assertTrue(before > 300, "watermarks follow each event otherwise, but were " + before);
  }

  /** Two rows swap their keys, while a synchronous standby that is away keeps that from sight. */
  @Test
  void aTransactionThatIsStreamedBeforeItIsVisibleIsWaitedFor() throws Exception {
    CaptureRig rig = streamed("hidden");
    CompletableFuture<Void> swap;
    try (Capture capture = rig.capture()) {
      rig.sql("UPDATE \"Big Crate\" SET \"packed at\" = '2020-01-01'");
      rig.awaitCaptured(capture);
      assertEquals(2, capture.status().counts().reselects());
      String now = rig.text("SELECT clock_timestamp()");
      try {
        setting(rig, "SET synchronous_standby_names = 'absent'");
        swap = CompletableFuture.runAsync(() -> swap(rig));
        CaptureRig.await("the source is asked", () -> asked(rig, now));
        assertFalse(swap.isDone());
      } finally {
        setting(rig, "RESET synchronous_standby_names");
      }
      swap.get();
      rig.awaitCaptured(capture);
      assertEquals(5, capture.status().counts().reselects());
    }
    CdcLog log = rig.log(CRATE);
    List<JsonNode> rows = after(log);
    assertEquals(2, log.table.size());
    for (CdcLog.Row row : log.table.values()) {
      JsonNode first = withWeight(rows, row.columns().get("weight").intValue()).get(0);
      LARGE.forEach(name -> assertEquals(first.get(name), row.columns().get(name), name));
    }
  }

  private static void swap(CaptureRig rig) {
    try {
      rig.sql(
          """
          UPDATE "Big Crate" SET site = md5('aside')::uuid WHERE weight = 1;
          UPDATE "Big Crate" SET site = md5('1')::uuid WHERE weight = 2;
          UPDATE "Big Crate" SET site = md5('2')::uuid WHERE weight = 1;
          """);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean asked(CaptureRig rig, String since) throws SQLException {
    return rig.text(
            ("SELECT bool_or(query LIKE '%%\"Big Crate\" held%%' AND query_start > '%s')"
                    + " FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
                .formatted(since))
        .equals("t");
  }

  private static void setting(CaptureRig rig, String change) throws SQLException {
    rig.sql("ALTER SYSTEM " + change);
    rig.sql("SELECT pg_reload_conf()");
  }

  /** Two rows have been streamed, and capture is away. */
  private static CaptureRig streamed(String database) throws Exception {
    CaptureRig rig = CaptureRig.create(stack, database, DDL, CRATE, FILLER);
    try (Capture capture = rig.capture()) {
      CaptureRig.await("streaming", () -> capture.status().phase() == Phase.STREAMING);
      rig.sql(INSERT.formatted(1, 2));
      rig.awaitCaptured(capture);
    }
    return rig;
  }

  private static void fill(CaptureRig rig, int from, int to) throws SQLException {
    rig.sql(
        "DO $$ BEGIN FOR i IN %d..%d LOOP INSERT INTO filler VALUES (i); COMMIT; END LOOP; END $$"
            .formatted(from, to));
  }

  private static String key(CaptureRig rig, String site, int day) throws SQLException {
    return JSON.createObjectNode()
        .put("site", rig.text("SELECT md5('" + site + "')::uuid"))
        .put("packed at", "2026-02-0" + day + " 08:00:00.123456+00")
        .toString();
  }

  /** The states of all rows in the order of the changes, across partitions. */
  private static List<JsonNode> after(CdcLog log) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(log.rows);
    records.sort(
        Comparator.comparing(
            record -> Position.read(record.headers()),
            Comparator.comparing(Position::previousCommit).thenComparing(Position::change)));
    List<JsonNode> rows = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      JsonNode after = record.value() == null ? null : JSON.readTree(record.value()).get("after");
      if (after != null && !after.isNull()) {
        rows.add(after);
      }
    }
    return rows;
  }

  private static List<JsonNode> withWeight(List<JsonNode> rows, int weight) {
    return rows.stream().filter(row -> row.get("weight").intValue() == weight).toList();
  }

  private static List<String> unavailable(JsonNode row) {
    return LARGE.stream().filter(name -> isUnavailable(row.get(name))).toList();
  }

  private static boolean isUnavailable(JsonNode value) {
    String bytes =
        java.util.Base64.getEncoder().encodeToString(UNAVAILABLE.getBytes(StandardCharsets.UTF_8));
    return value.isTextual()
        && (value.textValue().equals(UNAVAILABLE) || value.textValue().equals(bytes));
  }
}
