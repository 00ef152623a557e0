// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** Capture against a real Postgres and a real Kafka, each test in a database of its own. */
class CaptureIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(30);

  /** The default, so that what is measured is what users get. */
  private static final long LEASE_MS = 5000;

  @TempDir static Path folder;
  private static EmbeddedStack stack;

  private String database;

  @BeforeAll
  static void startServers() {
    stack = EmbeddedStack.start(StackSettings.in(folder));
  }

  @AfterAll
  static void stopServers() {
    stack.close();
  }

  @Test
  void everyKindOfChangeArrivesWithPositionFencesAndWatermarks() throws Exception {
    create("kinds");
    sql("INSERT INTO \"Parcel\" VALUES ('a', 1, NULL, 'infinity', '2026-01-31 10:00:00.120', 0)");
    try (Capture capture = capture()) {
      await("streaming", () -> capture.status().phase() == Phase.STREAMING);
      sql("INSERT INTO \"Parcel\" VALUES ('b', 2, 'n', '0044-03-15 BC', '-infinity', 0)");
      sql("UPDATE \"Parcel\" SET weight = 3 WHERE id = 'a'");
      sql("UPDATE \"Parcel\" SET id = 'c' WHERE id = 'b'");
      sql("DELETE FROM \"Parcel\" WHERE id = 'a'");
      sql("INSERT INTO \"Depot\" VALUES (1, 'north')");
      sql("TRUNCATE \"Depot\"");
      sql("INSERT INTO \"Depot\" VALUES (2, 'south')");
      awaitCaptured(capture);
      assertEquals(3, capture.status().counts().inserts());
      assertEquals(2, capture.status().counts().updates());
      assertEquals(1, capture.status().counts().deletes());
      assertEquals(1, capture.status().counts().truncates());
      assertEquals(1, capture.status().counts().reads());
    }
    CdcLog parcels = log(CaptureProcess.PARCEL);
    assertEquals("rudT", parcels.operations("{\"id\":\"a\"}"));
    assertEquals("cdT", parcels.operations("{\"id\":\"b\"}"));
    assertEquals("c", parcels.operations("{\"id\":\"c\"}"));
    assertEquals(tableOf(CaptureProcess.PARCEL), columns(parcels));
    assertEquals(
        "{\"id\":\"c\",\"weight\":2,\"note\":\"n\",\"due\":\"0044-03-15 BC\",\"at\":\"-infinity\"}",
        columns(parcels).get("{\"id\":\"c\"}").toString());
    CdcLog depots = log(CaptureProcess.DEPOT);
    assertEquals(tableOf(CaptureProcess.DEPOT), columns(depots));
    assertEquals(3, depots.fences.stream().filter(new Fence.SnapshotEnd(1)::equals).count());
    assertEquals(3, depots.fences.stream().filter(new Fence.Truncate(1)::equals).count());
    assertTrue(parcels.rows.stream().allMatch(row -> Position.read(row.headers()).epoch() == 1));
    assertFalse(parcels.watermarks.isEmpty());
    assertEquals(parcels.watermarks.size(), depots.watermarks.size());
  }

  @Test
  void rowsStandWhereAProducerPutsTheirKeys() throws Exception {
    create("placed");
    sql("INSERT INTO \"Parcel\" (id) SELECT 'p' || n || '🌱' FROM generate_series(1, 300) n");
    try (Capture capture = capture()) {
      awaitCaptured(capture);
    }
    Topic other = new Topic("elsewhere", 3, Map.of());
    Map<String, String> kafka = Map.of("bootstrap.servers", stack.kafkaBootstrap());
    try (TopicAdmin admin = new TopicAdmin(kafka);
        Producer<byte[], byte[]> plain =
            new KafkaProducer<>(
                Map.copyOf(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
      admin.ensure(List.of(other));
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      CdcLog log = log(CaptureProcess.PARCEL);
      log.rows.forEach(
          row -> sent.add(plain.send(new ProducerRecord<>(other.name(), row.key(), null))));
      for (int i = 0; i < sent.size(); i++) {
        assertEquals(sent.get(i).get().partition(), log.rows.get(i).partition());
      }
      assertEquals(300, sent.size());
    }
  }

  @Test
  @Tag("faults")
  void killsAtAnyInstantNeitherLoseNorRepeatARecord() throws Exception {
    create("kills");
    killWhileWriting(2048, 10_000, 5);
  }

  @Test
  @Tag("faults")
  void killsBetweenTheHalvesOfAKeyUpdateNeitherLoseNorRepeatARecord() throws Exception {
    create("halves");
    killWhileWriting(1, 200, 3);
  }

  @Test
  void aKillWhileTheStateIsWrittenTakesItsRowsAlong() throws Exception {
    create("together");
    Topics topics = new Topics(database, 3);
    String states = topics.captureState().name();
    try (Capture capture = capture()) {
      awaitCaptured(capture);
    }
    sql("INSERT INTO \"Depot\" VALUES (1, 'north')");
    try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", stack.kafkaBootstrap()))) {
      KafkaTools.setTopic(admin.client(), states, Map.of("min.insync.replicas", "2"));
      try (CaptureProcess process = fork(2048)) {
        TopicPartition state = new TopicPartition(states, 0);
        String id = topics.captureTransactionalId();
        await(
            "the broker refuses the state",
            () ->
                admin
                    .client()
                    .describeTransactions(List.of(id))
                    .description(id)
                    .get()
                    .topicPartitions()
                    .contains(state));
        process.kill();
      }
      KafkaTools.setTopic(admin.client(), states, Map.of("min.insync.replicas", "1"));
    }
    try (Capture capture = capture()) {
      awaitCaptured(capture);
      assertEquals(1, capture.status().epoch());
    }
    assertEquals("c", log(CaptureProcess.DEPOT).operations("{\"id\":1}"));
  }

  private void killWhileWriting(int batchRecordsMax, int rows, int kills) throws Exception {
    long seed = System.nanoTime();
    System.out.println(database + ": seed " + seed);
    Random random = new Random(seed);
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (CaptureLoad load = new CaptureLoad(connect(), connect(), seed)) {
      for (int kill = 0; kill < kills; kill++) {
        try (CaptureProcess process = fork(batchRecordsMax)) {
          await("a forked capture streams", () -> process.isIn(Phase.STREAMING));
          Future<?> writing = writer.submit(() -> load.round(rows));
          int changes = random.nextInt(rows * 3 / 2);
          await(changes + " changes are captured", () -> process.changes() >= changes);
          process.kill();
          writing.get();
        }
      }
      try (Capture capture = capture()) {
        awaitCaptured(capture);
        assertEquals(1, capture.status().epoch());
      }
      CdcLog log = log(CaptureProcess.PARCEL);
      assertEquals(tableOf(CaptureProcess.PARCEL), columns(log));
      assertEquals(load.records(), log.rows.size());
    } finally {
      writer.shutdownNow();
    }
  }

  @Test
  void aKillDuringTheSnapshotIsHealedByAnotherOne() throws Exception {
    create("snapshot");
    sql(
        "INSERT INTO \"Parcel\" (id, weight, note)"
            + " SELECT 'p' || n, n, repeat('x', 300) FROM generate_series(1, 60000) n");
    try (CaptureProcess process = fork(256)) {
      await("some rows of the snapshot are in the topic", process::isReading);
    }
    assertFalse(log(CaptureProcess.PARCEL).rows.isEmpty());
    sql("DELETE FROM \"Parcel\" WHERE id IN (SELECT new.id FROM \"Parcel\" new LIMIT 100)");
    try (Capture capture = capture()) {
      awaitCaptured(capture);
      assertEquals(2, capture.status().epoch());
    }
    CdcLog log = log(CaptureProcess.PARCEL);
    assertTrue(log.fences.contains(new Fence.SnapshotEnd(2)));
    assertFalse(log.fences.contains(new Fence.SnapshotEnd(1)));
    assertEquals(tableOf(CaptureProcess.PARCEL), columns(log));
  }

  @Test
  void theSlotOfAnIdleDatabaseAdvances() throws Exception {
    create("idle");
    try (Capture capture = capture()) {
      await("streaming", () -> capture.status().phase() == Phase.STREAMING);
      sql("CREATE TABLE elsewhere AS SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n");
      Lsn written = Lsn.parse(text("SELECT pg_current_wal_insert_lsn()"));
      await("the slot is confirmed beyond it", () -> confirmed().compareTo(written) >= 0);
      assertTrue(confirmed().compareTo(capture.status().committed()) <= 0);
    }
  }

  @Test
  void aLostSlotIsHealedAndRowsDeletedMeanwhileAreGone() throws Exception {
    create("lost");
    sql("INSERT INTO \"Depot\" SELECT n, 'd' FROM generate_series(1, 10) n");
    try (Capture capture = capture()) {
      await("streaming", () -> capture.status().phase() == Phase.STREAMING);
    }
    await("the slot is free", () -> slot("active").equals("f"));
    sql("SELECT pg_drop_replication_slot('" + database + "')");
    sql("DELETE FROM \"Depot\" WHERE id > 3");
    try (Capture capture = capture()) {
      awaitCaptured(capture);
      assertEquals(2, capture.status().epoch());
    }
    assertEquals(tableOf(CaptureProcess.DEPOT), columns(log(CaptureProcess.DEPOT)));
    sql("DELETE FROM \"Depot\" WHERE id = 3");
    try (Capture capture = new Capture(settings().withResnapshot(true), failure -> {})) {
      capture.start();
      awaitCaptured(capture);
      assertEquals(3, capture.status().epoch());
    }
    assertEquals(tableOf(CaptureProcess.DEPOT), columns(log(CaptureProcess.DEPOT)));
  }

  @Test
  void aSecondCaptureWaitsAndTakesOverFromAPausedOne() throws Exception {
    create("takeover");
    CaptureSettings settings = settings().withLease(Duration.ofMillis(LEASE_MS));
    try (CaptureProcess first = fork(2048);
        CaptureLoad load = new CaptureLoad(connect(), connect(), 1)) {
      await("the first streams", () -> first.isIn(Phase.STREAMING));
      try (Capture second = new Capture(settings, failure -> {})) {
        second.start();
        await("the second waits", () -> second.status().phase() == Phase.WAITING);
        load.round(2000);
        assertEquals(Phase.WAITING, second.status().phase());
        long stopped = System.nanoTime();
        first.signal("STOP");
        await("the second streams", () -> second.status().phase() == Phase.STREAMING);
        assertTakenOver("SIGSTOP", stopped);
        load.round(2000);
        first.signal("CONT");
        await(
            "the first gives way",
            () -> first.isIn(Phase.FAILED) || first.isIn(Phase.WAITING) || !first.isAlive());
        load.round(2000);
        awaitCaptured(second);
        assertEquals(Phase.STREAMING, second.status().phase());
      }
      CdcLog log = log(CaptureProcess.PARCEL);
      assertEquals(tableOf(CaptureProcess.PARCEL), columns(log));
      assertEquals(load.records(), log.rows.size());
    }
  }

  @Test
  void aSecondCaptureTakesOverFromAKilledOne() throws Exception {
    create("succession");
    CaptureSettings settings = settings().withLease(Duration.ofMillis(LEASE_MS));
    try (CaptureProcess first = fork(2048);
        CaptureLoad load = new CaptureLoad(connect(), connect(), 2)) {
      await("the first streams", () -> first.isIn(Phase.STREAMING));
      try (Capture second = new Capture(settings, failure -> {})) {
        second.start();
        await("the second waits", () -> second.status().phase() == Phase.WAITING);
        load.round(2000);
        long killed = System.nanoTime();
        first.kill();
        await("the second streams", () -> second.status().phase() == Phase.STREAMING);
        assertTakenOver("SIGKILL", killed);
        load.round(2000);
        awaitCaptured(second);
        assertEquals(1, second.status().epoch());
      }
      CdcLog log = log(CaptureProcess.PARCEL);
      assertEquals(tableOf(CaptureProcess.PARCEL), columns(log));
      assertEquals(load.records(), log.rows.size());
    }
  }

  private static void assertTakenOver(String from, long sinceNanos) {
    Duration taken = Duration.ofNanos(System.nanoTime() - sinceNanos);
    System.out.println("Takeover after " + from + ": " + taken.toMillis() + " ms");
    assertTrue(taken.compareTo(TAKEOVER_LIMIT) < 0, taken.toString());
  }

  @Test
  void aSlotThatSomebodyElseReadsIsLeftToThem() throws Exception {
    create("stranger");
    try (Capture capture = capture()) {
      await("streaming", () -> capture.status().phase() == Phase.STREAMING);
    }
    await("the slot is free", () -> slot("active").equals("f"));
    Properties replication = new Properties();
    replication.setProperty("replication", "database");
    replication.setProperty("preferQueryMode", "simple");
    replication.setProperty("assumeMinServerVersion", "15");
    replication.setProperty("ApplicationName", "somebody");
    try (Connection other = DriverManager.getConnection(jdbcUrl(), replication);
        PGReplicationStream stream =
            other
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName("stranger")
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", "stranger")
                .start()) {
      String reader = slot("active_pid");
      try (Capture capture = capture()) {
        await("it has failed", () -> capture.status().phase() == Phase.FAILED);
        assertTrue(capture.failure().orElseThrow().getMessage().contains("'somebody'"));
      }
      assertEquals(reader, slot("active_pid"));
      assertFalse(stream.isClosed());
    }
  }

  @Test
  void aCaptureThatIsFencedFailsForGood() throws Exception {
    create("fenced");
    try (Capture capture = capture()) {
      await("streaming", () -> capture.status().phase() == Phase.STREAMING);
      Map<String, Object> config =
          Map.of(
              "bootstrap.servers", stack.kafkaBootstrap(),
              "transactional.id", new Topics(database, 3).captureTransactionalId());
      try (Producer<byte[], byte[]> successor =
          new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
        successor.initTransactions();
        sql("INSERT INTO \"Depot\" VALUES (1, 'unseen')");
        await("it has failed", () -> capture.status().phase() == Phase.FAILED);
      }
      assertTrue(capture.failure().orElseThrow().getMessage().contains("has taken over"));
    }
    assertEquals(0, log(CaptureProcess.DEPOT).rows.size());
  }

  @Test
  void aTableWithoutReplicaIdentityIsRefusedBeforeItIsPublished() throws Exception {
    create("refused");
    sql("ALTER TABLE \"Depot\" REPLICA IDENTITY NOTHING");
    try (Capture capture = capture()) {
      await("it has failed", () -> capture.status().phase() == Phase.FAILED);
      assertTrue(capture.failure().orElseThrow().getMessage().contains("\"public\".\"Depot\""));
    }
    assertEquals("0", text("SELECT count(*) FROM pg_publication"));
  }

  private void create(String name) throws SQLException {
    try (Connection superuser = stack.superuser().getConnection();
        Statement statement = superuser.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    database = name;
    sql(
        "CREATE TABLE \"Parcel\" (id text PRIMARY KEY, weight int DEFAULT 7, note text DEFAULT"
            + " 'none', due date, at timestamp(3) DEFAULT now(), unused int)");
    sql("CREATE TABLE \"Depot\" (id int PRIMARY KEY, name text NOT NULL)");
  }

  private String jdbcUrl() {
    return stack.sourceJdbcUrl("postgres", "unused", database);
  }

  private CaptureSettings settings() {
    return CaptureProcess.settings(jdbcUrl(), stack.kafkaBootstrap(), database);
  }

  private Capture capture() {
    Capture capture = new Capture(settings(), failure -> {});
    capture.start();
    return capture;
  }

  private CaptureProcess fork(int batchRecordsMax) throws Exception {
    return new CaptureProcess(
        jdbcUrl(), stack.kafkaBootstrap(), database, batchRecordsMax, LEASE_MS);
  }

  private CdcLog log(Table table) throws Exception {
    Topic topic = new Topics(database, 3).cdc(table.name());
    CdcLog log = CdcLog.read(stack.kafkaBootstrap(), topic);
    assertEquals(List.of(), log.miscounts);
    return log;
  }

  private Connection connect() throws SQLException {
    return stack.superuser(database).getConnection();
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String text(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private String slot(String column) throws SQLException {
    return text(
        "SELECT " + column + " FROM pg_replication_slots WHERE slot_name = '" + database + "'");
  }

  private Lsn confirmed() throws SQLException {
    return Lsn.parse(slot("confirmed_flush_lsn"));
  }

  /** Everything that is committed now. */
  private void awaitCaptured(Capture capture) throws Exception {
    Lsn written = Lsn.parse(text("SELECT pg_current_wal_insert_lsn()"));
    await(
        "a watermark at " + written,
        () -> {
          Watermark watermark = capture.status().watermark();
          return watermark != null && watermark.commitLsn().compareTo(written) >= 0;
        });
  }

  private static SortedMap<String, JsonNode> columns(CdcLog log) {
    SortedMap<String, JsonNode> columns = new TreeMap<>();
    log.table.forEach((key, row) -> columns.put(key, row.columns()));
    return columns;
  }

  /** What Postgres has, in the form of the topic. */
  private SortedMap<String, JsonNode> tableOf(Table table) throws Exception {
    StringBuilder fields = new StringBuilder();
    for (var column : table.columns()) {
      String name = "\"" + column.name() + "\"";
      boolean text = column.type().name().startsWith("timestamp") || column.name().equals("due");
      fields.append(", '").append(column.name()).append("', ").append(name);
      fields.append(text ? "::text" : "");
    }
    SortedMap<String, JsonNode> rows = new TreeMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT json_build_object('id', id)::text, json_build_object("
                    + fields.substring(2)
                    + ")::text FROM "
                    + table.name().quoted())) {
      while (row.next()) {
        rows.put(JSON.readTree(row.getString(1)).toString(), JSON.readTree(row.getString(2)));
      }
    }
    return rows;
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Waited " + LIMIT + " until " + what);
      }
      Thread.sleep(20);
    }
  }
}
