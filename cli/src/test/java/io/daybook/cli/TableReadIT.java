// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.pipeline.capture.CaptureSettings.From;
import io.daybook.pipeline.capture.CapturedHistory;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.LoadMark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are read beside the stream: what the topics hold in the end is what they hold. */
class TableReadIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PARCEL = "public.Parcel";
  private static final int ROWS = 6_000;
  private static final int RESTARTS = 3;

  private static final Table DEPOT =
      new Table(
          new TableName("public", "Depot"), List.of(new Column("id", SqlType.INT4)), List.of("id"));

  private static final String DDL =
      """
      CREATE TABLE "Depot" (id int PRIMARY KEY);
      CREATE TABLE "Parcel" (id int PRIMARY KEY, weight int, note text);
      ALTER TABLE "Parcel" ALTER note SET STORAGE EXTERNAL;
      """;

  @TempDir static Path folder;
  private static EmbeddedStack stack;

  private volatile boolean stopped;

  @BeforeAll
  static void start() {
    stack = EmbeddedStack.start(StackSettings.in(folder));
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  private static Table parcel(String... columns) {
    Map<String, SqlType> types =
        Map.of("id", SqlType.INT4, "weight", SqlType.INT4, "note", SqlType.TEXT);
    return new Table(
        new TableName("public", "Parcel"),
        List.of(columns).stream().map(name -> new Column(name, types.get(name))).toList(),
        List.of("id"));
  }

  @Test
  @Tag("faults")
  void aTableThatChangesAllTheTimeAndACaptureThatIsStartedAgain() throws Exception {
    long seed = Long.getLong("daybook.seed", RandomGenerator.getDefault().nextInt(1_000_000));
    System.out.println("TableReadIT: seed " + seed);
    Random random = new Random(seed);
    CaptureRig rig = CaptureRig.create(stack, "beside", DDL, DEPOT);
    rig.sql(fill(1));
    ExecutorService threads = Executors.newSingleThreadExecutor();
    CaptureSettings settings = rig.settings().withBatchRecordsMax(50);
    Capture capture = CaptureRig.capture(settings);
    try {
      rig.awaitCaptured(capture);
      Future<Integer> changes = threads.submit(() -> change(rig, new Random(seed)));
      for (int load = 1; load <= 2; load++) {
        int number = load;
        Table wanted = load == 1 ? parcel("id", "weight") : parcel("id", "weight", "note");
        settings = settings.of(List.of(DEPOT, wanted), new From(1, Map.of(PARCEL, load)));
        capture.run(settings.tables(), settings.from());
        for (int restart = 0; restart < RESTARTS; restart++) {
          long some = random.nextInt(ROWS / 4);
          Capture running = capture;
          CaptureRig.await(
              "some rows",
              () -> running.status().counts().reads() >= some || isRead(rig, wanted, number));
          capture.close();
          capture = CaptureRig.capture(settings);
        }
        CaptureRig.await("all rows", () -> isRead(rig, wanted, number));
      }
      stopped = true;
      System.out.println("TableReadIT: " + changes.get() + " changes");
      rig.awaitCaptured(capture);
      assertEquals(1, capture.status().epoch());
      assertEquals(rows(rig), held(rig));
    } finally {
      stopped = true;
      capture.close();
      threads.shutdown();
    }
  }

  private static boolean isRead(CaptureRig rig, Table table, int load) {
    CapturedHistory history = CapturedHistory.read(rig.topics(), rig.kafka());
    From held = history.firstWith(List.of(table), List.of());
    return history.captured().loads().getOrDefault(PARCEL, 0) >= load
        && held.loads().get(PARCEL) == load;
  }

  private static String fill(int from) {
    return "INSERT INTO \"Parcel\" SELECT n, n, CASE WHEN n %% 3 = 0 THEN repeat(md5(n::text), 80)"
        .concat(" ELSE 'short' END FROM generate_series(%d, %d) n ON CONFLICT DO NOTHING")
        .formatted(from, from + ROWS);
  }

  private int change(CaptureRig rig, Random random) throws SQLException {
    int changes = 0;
    int next = 10 * ROWS;
    try (Connection connection = rig.connect();
        Statement statement = connection.createStatement()) {
      while (!stopped) {
        String one = " WHERE id = " + random.nextInt(ROWS);
        String some = " WHERE id %% 89 = %d".formatted(random.nextInt(89));
        String sql =
            switch (random.nextInt(9)) {
              case 0 -> fill(random.nextInt(ROWS)).replace("" + ROWS, "20");
              case 1 -> "DELETE FROM \"Parcel\"" + some;
              case 2 -> "UPDATE \"Parcel\" SET note = repeat(md5(weight::text), 70)" + some;
              case 3 -> "UPDATE \"Parcel\" SET id = " + ++next + one;
              case 4 -> "UPDATE \"Parcel\" SET id = - id" + one;
              case 5 -> "BEGIN; UPDATE \"Parcel\" SET weight = 0; ROLLBACK";
              case 6 -> random.nextInt(40) == 0 ? "TRUNCATE \"Parcel\"" : fill(1);
              default -> "UPDATE \"Parcel\" SET weight = weight + 1" + some;
            };
        try {
          statement.execute(sql);
          changes++;
        } catch (SQLException e) {
          if (!"23505".equals(e.getSQLState())) {
            throw e; // but for a key that is taken
          }
        }
      }
    }
    return changes;
  }

  private static SortedMap<String, JsonNode> rows(CaptureRig rig) throws Exception {
    SortedMap<String, JsonNode> rows = new TreeMap<>();
    try (Connection connection = rig.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT json_build_object('id', id)::text, row_to_json(p)::text FROM \"Parcel\" p")) {
      while (row.next()) {
        rows.put(JSON.readTree(row.getString(1)).toString(), JSON.readTree(row.getString(2)));
      }
    }
    return rows;
  }

  /** What somebody has who follows the topic from its beginning. */
  private static SortedMap<String, JsonNode> held(CaptureRig rig) throws Exception {
    SortedMap<String, JsonNode> held = new TreeMap<>();
    CdcLog log = rig.log(parcel("id", "weight", "note"));
    Map<String, JsonNode> notes = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : log.rows) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      JsonNode after = record.value() == null ? null : JSON.readTree(record.value()).get("after");
      if (after != null && after.has("note") && !isUnavailable(after.get("note"))) {
        notes.put(key, after.get("note"));
      }
    }
    log.table.forEach(
        (key, row) -> {
          ObjectNode columns = row.columns().deepCopy();
          if (isUnavailable(columns.get("note"))) {
            columns.set("note", notes.get(key));
          }
          held.put(key, columns);
        });
    return held;
  }

  private static boolean isUnavailable(JsonNode value) {
    return value != null && "__debezium_unavailable_value".equals(value.textValue());
  }

  @Test
  void whatIsReadIsWrittenAsTheStreamWritesIt() throws Exception {
    List<Column> columns =
        List.of(
            new Column("big", SqlType.INT8),
            new Column("txt", SqlType.TEXT),
            new Column("dat", SqlType.DATE),
            new Column("num", SqlType.NUMERIC),
            new Column("chr", new SqlType(Kind.BPCHAR, "character(5)")),
            new Column("yes", SqlType.BOOLEAN),
            new Column("tz", SqlType.plain(Kind.TIMESTAMPTZ)),
            new Column("small", SqlType.plain(Kind.INT2)),
            new Column("uid", SqlType.plain(Kind.UUID)),
            new Column("ts", SqlType.plain(Kind.TIMESTAMP)),
            new Column("mood", new SqlType(Kind.ENUM, "mood")),
            new Column("tags", new SqlType(Kind.ARRAY, "text[]")),
            new Column("doc", SqlType.plain(Kind.JSONB)),
            new Column("n", SqlType.INT4));
    Table odd =
        new Table(
            new TableName("public", "odd one"),
            columns,
            List.of("txt", "big", "dat", "num", "chr", "yes", "tz"));
    CaptureRig rig =
        CaptureRig.create(
            stack,
            "forms",
            """
            CREATE TABLE "Depot" (id int PRIMARY KEY);
            CREATE TYPE mood AS ENUM ('so so', 'good');
            CREATE TABLE "odd one" (
              big int8, txt text, dat date, num numeric, chr char(5), yes boolean, tz timestamptz,
              small int2, uid uuid, ts timestamp, mood mood, tags text[], doc jsonb, n int,
              PRIMARY KEY (txt, big, dat, num, chr, yes, tz));
            INSERT INTO "odd one" VALUES
              (-9223372036854775808, 'Zoë "x" \\ 🏔', '-infinity', 'NaN', 'a', true,
               '2026-01-31 10:00:00.120+02', -32768, md5('1')::uuid, 'infinity', 'good',
               ARRAY['a "b"', NULL, ''], '{"a": [1, 2.50, null]}', 1),
              (0, '', '0044-03-15 BC', 1.50, '', false, '0044-03-15 10:00:00+00 BC', NULL, NULL,
               '1900-01-01 00:00:00.000001', NULL, NULL, NULL, 1),
              (9223372036854775807, E'line\\n', '9999-12-31', -1e40, 'ab cd', true, 'infinity',
               32767, md5('2')::uuid, '0001-01-01', 'so so', '{}', '"text"', 1)""",
            DEPOT);
    try (Capture capture = CaptureRig.capture(rig.settings().withBatchRecordsMax(1));
        Connection open = rig.connect();
        Statement earlier = open.createStatement()) {
      rig.awaitCaptured(capture);
      open.setAutoCommit(false);
      earlier.execute(
          "INSERT INTO \"odd one\" VALUES"
              + " (7, 'before it was published', now(), 1, 'b', true, now(), 1)");
      capture.run(List.of(DEPOT, odd), new From(1, Map.of(odd.name().toString(), 1)));
      CaptureRig.await(
          "its publication",
          () -> rig.text("SELECT count(*)::text FROM pg_publication_tables").equals("2"));
      rig.awaitCaptured(capture);
      rig.awaitCaptured(capture);
      assertEquals(0, capture.status().counts().reads(), "a transaction may have more");
      open.commit();
      CaptureRig.await("all rows", () -> capture.status().counts().reads() == 4);
      rig.sql("UPDATE \"odd one\" SET n = 2");
      rig.awaitCaptured(capture);
    }
    Map<String, JsonNode> read = new TreeMap<>();
    Set<String> streamed = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : rig.log(odd).rows) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      ObjectNode after = (ObjectNode) JSON.readTree(record.value()).get("after");
      after.remove("n");
      if (LoadMark.of(record.headers()).read()) {
        read.put(key, after);
      } else {
        streamed.add(key);
        assertEquals(after, read.get(key), key);
      }
    }
    assertEquals(4, read.size());
    assertEquals(read.keySet(), streamed);
    assertTrue(read.keySet().stream().anyMatch(key -> key.contains("Zoë")), read::toString);
  }
}
