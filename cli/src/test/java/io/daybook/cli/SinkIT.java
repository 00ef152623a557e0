// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static io.daybook.cli.SinkStage.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import io.daybook.sink.Sink;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink against real Postgres, Kafka and Redis. */
class SinkIT {
  private static final String NOWHERE = "redis://127.0.0.1:1";
  private static final int DAY = 20_454; // 2026-01-01

  /** A value that Postgres refuses. */
  private static final byte[] BAD =
      "{\"measures\":{\"count\":\"abc\",\"sum of \\\"all\\\" 💶\":null}}"
          .getBytes(StandardCharsets.UTF_8);

  private static EmbeddedStack stack;

  @BeforeAll
  static void start(@TempDir Path folder) {
    stack = EmbeddedStack.start(StackSettings.in(folder));
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void writesTheLastValueOfEachKeyWhateverItsNameIsAndDeletesIt() throws Exception {
    String hostile = "o'Brien \"🙂\" {a,b} \\ NULL";
    try (SinkStage stage = new SinkStage(stack, "hostile");
        Sink sink = stage.sink()) {
      byte[] named = stage.key(hostile, DAY, "", new BigDecimal("1.50"));
      byte[] nulls = stage.key(hostile, DAY, null, null);
      byte[] half = stage.key(hostile, DAY, "NULL", null);
      stage.produceAborted(List.of(stage.at(0, named, stage.value(666, null))));
      stage.produce(
          stage.at(0, named, stage.value(1, BigDecimal.ONE)),
          stage.at(0, nulls, stage.value(2, null)),
          stage.at(0, half, stage.value(3, new BigDecimal("12345678901234567890.10"))),
          stage.at(0, named, stage.value(4, null)));
      String all =
          String.join(
              "\n",
              hostile + "|2026-01-01||1.50|4|-",
              hostile + "|2026-01-01|NULL|-|3|12345678901234567890.10",
              hostile + "|2026-01-01|-|-|2|-");
      await("three rows", sink, () -> all.equals(stage.rows()));
      long first = awaitBump(stage, sink, hostile, 0);

      stage.produce(stage.at(0, nulls, stage.value(20, null)), stage.at(0, half, null));
      String fewer =
          String.join("\n", hostile + "|2026-01-01||1.50|4|-", hostile + "|2026-01-01|-|-|20|-");
      await("NULL is a key that conflicts", sink, () -> fewer.equals(stage.rows()));
      long second = awaitBump(stage, sink, hostile, first);

      stage.produce(stage.at(0, named, null), stage.at(0, nulls, null), stage.at(0, half, null));
      await("no rows", sink, () -> stage.rows() == null);
      awaitBump(stage, sink, hostile, second);
    }
  }

  /** The version after all that was owed was incremented; commits close together share a bump. */
  private static long awaitBump(SinkStage stage, Sink sink, String workspace, long before)
      throws Exception {
    await("no notes", sink, () -> stage.notes() == 0);
    long version = stage.version(workspace);
    assertTrue(version > before, () -> "not incremented since " + before + ": " + version);
    return version;
  }

  @Test
  void storesOffsetsAndWatermarksByPartitionAndChangesNothingWhenStartedAgain() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "watermarks")) {
      Instant time = Instant.parse("2026-01-31T10:00:00.123456Z");
      Watermark low = new Watermark(2, Lsn.parse("0/A"), time);
      Watermark high = new Watermark(2, Lsn.parse("F/1"), time.plusSeconds(1));
      try (Sink sink = stage.sink()) {
        stage.produce(
            stage.row("w1", 1),
            stage.watermark(0, high),
            stage.watermark(0, low),
            stage.watermark(1, low),
            stage.watermark(2, low),
            stage.watermark(3, high));
        await(
            "four watermarks",
            sink,
            () ->
                "2|F/1 2|0/A 2|0/A 2|F/1".equals(stage.progress("watermark_epoch, watermark_lsn")));
        stage.produce(stage.watermark(3, low), stage.row("w1", 2));
        await("the second value", sink, () -> "w1|2024-10-04|-|-|2|-".equals(stage.rows()));
      }
      String progress = stage.progress("watermark_lsn, watermark_time");
      assertTrue(progress.contains("F/1|2026-01-31 10:00:01.123456+00"), progress);
      String offsets = stage.progress("\"offset\"");
      String updated = stage.one("SELECT max(updated_at) FROM daybook.\"watermarks_rows\"");
      try (Sink again = stage.sink()) {
        await("all partitions", again, () -> again.status().rollups().get(0).partitions() == 4);
        await("no lag", again, () -> again.status().rollups().get(0).lagRecords().orElse(-1) == 0);
        assertEquals(offsets, stage.progress("\"offset\""));
        assertEquals(updated, stage.one("SELECT max(updated_at) FROM daybook.\"watermarks_rows\""));
        assertEquals(0, again.status().rollups().get(0).rowsWritten());
        String before = stage.progress("watermark_lsn, watermark_time, late_at");
        stage.produce(stage.row("w1", 3));
        await("the third value", again, () -> "w1|2024-10-04|-|-|3|-".equals(stage.rows()));
        assertEquals(
            before, stage.progress("watermark_lsn, watermark_time, late_at"), "rows say no time");
        stage.produce(stage.row("w1", 2));
        await("the second value", again, () -> "w1|2024-10-04|-|-|2|-".equals(stage.rows()));
      }
      assertEquals(progress, stage.progress("watermark_lsn, watermark_time"));
      assertEquals(
          "2026-01-31 10:00:00.123456+00",
          stage.one("SELECT complete_through FROM daybook.freshness WHERE rollup = 'watermarks'"));
    }
  }

  @Test
  void whatWasCompleteIsUnverifiedFromTheFirstWatermarkOfTheNextEpoch() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "broken");
        Sink sink = stage.sink()) {
      stage.produce(stage.watermark(0, at(1, "0/9")), stage.watermark(1, at(1, "0/9")));
      stage.produce(stage.watermark(0, beginOf(2)));
      await("an epoch begun", sink, () -> epochs(stage).startsWith("2|0/0 1|0/9"));
      stage.produce(everywhere(stage, at(2, "0/A")));
      await("the first load", sink, () -> complete(stage));
      assertEquals(null, unverified(stage), "nobody has read it before");

      try (Connection other = stage.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE daybook.unverified");
        long before = sink.status().rollups().get(0).retries();
        stage.produce(stage.watermark(1, beginOf(3)));
        await("a retry", sink, () -> sink.status().rollups().get(0).retries() > before);
        assertEquals("2|0/A 2|0/A 2|0/A 2|0/A", epochs(stage));
        other.rollback();
      }
      await("the next epoch", sink, () -> "2|0/A 3|0/0 2|0/A 2|0/A".equals(epochs(stage)));
      assertEquals("3", unverified(stage));

      stage.produce(stage.watermark(0, beginOf(3)), stage.watermark(1, beginOf(4)));
      await("one more epoch", sink, () -> epochs(stage).startsWith("3|0/0 4|0/0"));
      assertEquals("4", unverified(stage));
      stage.produce(everywhere(stage, at(4, "0/1")));
      await("complete again", sink, () -> complete(stage));
      stage.produce(everywhere(stage, at(4, "0/2")));
      stage.execute("DELETE FROM daybook.unverified");
      stage.produce(everywhere(stage, at(4, "0/3")));
      await("the same epoch", sink, () -> epochs(stage).equals("4|0/3 4|0/3 4|0/3 4|0/3"));
      assertEquals(null, unverified(stage));

      ProducerRecord<byte[], byte[]> poison = stage.at(0, stage.key("w", DAY, null, null), BAD);
      stage.produce(stage.watermark(0, beginOf(5)), poison);
      awaitEnd(sink);
      assertEquals(null, unverified(stage));
    }
  }

  @Test
  void anEpochThatBeganAndEndedWhileNoSinkRanIsUnverifiedToo() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "unseen_epoch")) {
      try (Sink sink = stage.sink()) {
        stage.produce(everywhere(stage, at(1, "0/9")));
        await("the first load", sink, () -> complete(stage));
      }
      assertEquals(null, unverified(stage));
      stage.produce(everywhere(stage, beginOf(2)));
      stage.produce(everywhere(stage, at(2, "0/1")));
      try (Sink sink = stage.sink()) {
        await("the next", sink, () -> epochs(stage).equals("2|0/1 2|0/1 2|0/1 2|0/1"));
      }
      assertEquals("2", unverified(stage));
    }
  }

  private static Watermark beginOf(int epoch) {
    return new Watermark(epoch, Lsn.ZERO, Instant.EPOCH);
  }

  private static Watermark at(int epoch, String lsn) {
    return new Watermark(epoch, Lsn.parse(lsn), Instant.parse("2026-01-31T10:00:00Z"));
  }

  private static List<ProducerRecord<byte[], byte[]>> everywhere(SinkStage stage, Watermark mark) {
    return IntStream.range(0, SinkStage.PARTITIONS)
        .mapToObj(partition -> stage.watermark(partition, mark))
        .toList();
  }

  private static String epochs(SinkStage stage) throws SQLException {
    return String.valueOf(stage.progress("watermark_epoch, watermark_lsn"));
  }

  private static boolean complete(SinkStage stage) throws SQLException {
    return stage.one(
            "SELECT complete_through FROM daybook.freshness WHERE rollup = '%s'"
                .formatted(stage.rollup.name()))
        != null;
  }

  /** The epoch that must be verified. */
  private static String unverified(SinkStage stage) throws SQLException {
    return stage.one(
        "SELECT epoch FROM daybook.unverified WHERE rollup = '%s'".formatted(stage.rollup.name()));
  }

  @Test
  void aZombieCannotWriteOverItsSuccessor() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "zombie");
        Sink zombie = stage.sink();
        Connection successor = stage.connect();
        Statement statement = successor.createStatement()) {
      stage.produce(stage.at(0, stage.key("w", DAY, "d", null), stage.value(1, null)));
      await("the first row", zombie, () -> "w|2026-01-01|d|-|1|-".equals(stage.rows()));

      // The successor reads the next record, too, and more that the zombie has not seen.
      successor.setAutoCommit(false);
      statement.execute(
          "UPDATE daybook.progress SET fence = fence + 1, \"offset\" = \"offset\" + 2"
              + " WHERE rollup = 'zombie' AND partition = 0");
      statement.execute("UPDATE daybook.\"zombie_rows\" SET count = 3");
      stage.produce(stage.at(0, stage.key("w", DAY, "d", null), stage.value(2, null)));
      awaitBlocked(stage, zombie, "zombie");
      successor.commit();

      await("it finds out", zombie, () -> zombie.status().rollups().get(0).fenced() == 1);
      await("it joins again", zombie, () -> zombie.status().rollups().get(0).partitions() == 4);
      stage.produce(stage.at(0, stage.key("w2", DAY, "d", null), stage.value(9, null)));
      await(
          "it goes on where the successor was",
          zombie,
          () -> "w|2026-01-01|d|-|3|-\nw2|2026-01-01|d|-|9|-".equals(stage.rows()));
    }
  }

  /** The offset alone would not tell: whoever has the partition now has written nothing yet. */
  @Test
  void whatWasTakenOverIsNotWrittenUnderTheOldClaim() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "claimed");
        Sink zombie = stage.sink();
        Connection successor = stage.connect();
        Statement statement = successor.createStatement()) {
      stage.produce(stage.at(0, stage.key("w", DAY, "d", null), stage.value(1, null)));
      await("the first row", zombie, () -> "w|2026-01-01|d|-|1|-".equals(stage.rows()));
      statement.execute(
          """
          CREATE TABLE fences (fence bigint);
          CREATE FUNCTION log_fence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
          BEGIN
            INSERT INTO public.fences
            SELECT fence FROM daybook.progress WHERE rollup = 'claimed' AND partition = 0;
            RETURN NULL;
          END $$;
          CREATE TRIGGER log_fence AFTER INSERT OR UPDATE ON daybook.claimed_rows_g1
            FOR EACH ROW EXECUTE FUNCTION log_fence()""");
      String taken =
          stage.one(
              "SELECT fence + 1 FROM daybook.progress WHERE rollup = 'claimed' AND partition = 0");
      successor.setAutoCommit(false);
      statement.execute(
          "UPDATE daybook.progress SET fence = fence + 1"
              + " WHERE rollup = 'claimed' AND partition = 0");
      stage.produce(stage.at(0, stage.key("w", DAY, "d", null), stage.value(2, null)));
      awaitBlocked(stage, zombie, "claimed");
      successor.commit();
      await("the second value", zombie, () -> "w|2026-01-01|d|-|2|-".equals(stage.rows()));
      assertEquals(
          "t", stage.one("SELECT min(fence) > " + taken + " FROM fences"), "by a claim of its own");
      assertEquals(1, zombie.status().rollups().get(0).fenced());
    }
  }

  @Test
  void sharesPartitionsWithASecondSinkAndTakesOverTheirOffsets() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "shared");
        Sink first = stage.sink()) {
      await("all partitions", first, () -> first.status().rollups().get(0).partitions() == 4);
      Sink second = stage.sink();
      try {
        await("half of them", second, () -> second.status().rollups().get(0).partitions() == 2);
        await("the others", first, () -> first.status().rollups().get(0).partitions() == 2);
        stage.produce(workspaces(stage, 200, 1));
        await("rows of both", first, () -> "200".equals(count(stage, 1)));
        assertTrue(second.status().rollups().get(0).rowsWritten() > 0);
      } finally {
        second.close();
      }
      stage.produce(workspaces(stage, 200, 2));
      await("all rows by the first", first, () -> "200".equals(count(stage, 2)));
      await("all bumped", first, () -> allBumped(stage, 200, 2));
      assertEquals(0, first.status().rollups().get(0).fenced());
    }
  }

  @Test
  void noBumpIsLostWhenTheSinkEndsBetweenCommitAndIncrement() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "unbumped")) {
      try (Sink sink = stage.sink(NOWHERE)) {
        stage.produce(workspaces(stage, 50, 1));
        await("rows without Redis", sink, () -> "50".equals(count(stage, 1)));
        await("notes are told", sink, () -> sink.status().cache().notesPending() == 50);
        assertTrue(sink.status().cache().problem().isPresent());
      }
      assertEquals(50, stage.notes());
      long before = stage.version("w7");
      try (Sink sink = stage.sink()) {
        await("no notes", sink, () -> stage.notes() == 0);
        assertTrue(stage.version("w7") > before);
      }
    }
  }

  @Test
  void writesRowsWhileRedisIsAwayAndBumpsThemAllWhenItIsBack() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "redisless");
        Sink sink = stage.sink()) {
      stage.produce(workspaces(stage, 30, 1));
      await("all bumped", sink, () -> stage.notes() == 0 && allBumped(stage, 30, 1));
      List<Long> before = versions(stage, 30);
      stack.redis().stop();
      try {
        stage.produce(workspaces(stage, 30, 2));
        await("rows without Redis", sink, () -> "30".equals(count(stage, 2)));
        for (int value = 3; value <= 20; value++) {
          long wanted = value;
          stage.produce(workspaces(stage, 30, wanted));
          await("more rows", sink, () -> "30".equals(count(stage, wanted)));
          assertEquals(30, stage.notes(), "one for each workspace, each in one partition");
        }
        await("told", sink, () -> sink.status().cache().problem().isPresent());
      } finally {
        stack.redis().start();
      }
      await("no notes", sink, () -> stage.notes() == 0);
      List<Long> after = versions(stage, 30);
      for (int i = 0; i < 30; i++) {
        assertTrue(after.get(i) > before.get(i), "w" + i + ": " + before + " to " + after);
      }
      await("well again", sink, () -> sink.status().cache().problem().isEmpty());
    }
  }

  @Test
  void waitsForALockForAReadOnlyServerAndForOneThatIsAway() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "waits");
        Sink sink = stage.sink()) {
      stage.produce(stage.row("w", 1));
      await("the first", sink, () -> "1".equals(count(stage, 1)));
      try (Connection other = stage.connect();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("UPDATE daybook.\"waits_rows\" SET count = count");
        long before = sink.status().rollups().get(0).retries(); // the takeover may have had some
        stage.produce(stage.row("w", 2));
        await("a retry", sink, () -> sink.status().rollups().get(0).retries() > before);
        assertTrue(sink.status().rollups().get(0).problem().isPresent());
        other.rollback();
      }
      await("the second", sink, () -> "1".equals(count(stage, 2)));

      stage.execute("ALTER SYSTEM SET default_transaction_read_only = on");
      stage.one("SELECT pg_reload_conf()");
      long retries = sink.status().rollups().get(0).retries();
      await(
          "another retry, once the server has reloaded",
          sink,
          () -> {
            stage.produce(stage.row("w", 3));
            return sink.status().rollups().get(0).retries() > retries;
          });
      stage.execute("ALTER SYSTEM RESET default_transaction_read_only");
      stage.one("SELECT pg_reload_conf()");
      await("the third", sink, () -> "1".equals(count(stage, 3)));

      stack.postgres().stop();
      stage.produce(stage.row("w", 4));
      stack.postgres().start();
      await("the fourth", sink, () -> "1".equals(count(stage, 4)));
      await("well", sink, () -> sink.status().rollups().get(0).problem().isEmpty());
    }
  }

  @Test
  void rowsAndTheirNotesAreCommittedTogether() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "noted");
        Sink sink = stage.sink();
        Connection other = stage.connect();
        Statement statement = other.createStatement()) {
      stage.produce(stage.row("noted-1", 1));
      await("the first bump", sink, () -> stage.version("noted-1") > 0 && stage.notes() == 0);
      long before = stage.version("noted-1");
      String progress = stage.progress("\"offset\"");
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE daybook.note IN SHARE MODE");
      long retries = sink.status().rollups().get(0).retries();
      stage.produce(stage.row("noted-1", 2));
      await("a retry", sink, () -> sink.status().rollups().get(0).retries() > retries);
      assertEquals("1", count(stage, 1), "not the second value");
      assertEquals(progress, stage.progress("\"offset\""));
      other.rollback();
      await("the second value", sink, () -> "1".equals(count(stage, 2)));
      await("its bump", sink, () -> stage.version("noted-1") > before);
    }
  }

  /** However often it changes; and what changed last is incremented, too. */
  @Test
  void aWorkspaceIsIncrementedOnceAnInterval() throws Exception {
    Duration interval = Duration.ofMillis(500);
    try (SinkStage stage = new SinkStage(stack, "often");
        Sink sink = stage.sink(interval)) {
      stage.produce(stage.row("often-1", 1));
      await("the first bump", sink, () -> stage.version("often-1") > 0 && stage.notes() == 0);
      final long before = stage.version("often-1");
      final long began = System.nanoTime();
      for (int i = 2; i <= 200; i++) {
        stage.produce(stage.row("often-1", i));
        Await.pass(Duration.ofMillis(10));
      }
      final long seen = stage.version("often-1");
      stage.produce(stage.row("often-1", 201));
      await("the last value", sink, () -> "1".equals(count(stage, 201)));
      await("its bump", sink, () -> stage.notes() == 0 && stage.version("often-1") > seen);
      long intervals = (System.nanoTime() - began) / interval.toNanos();
      long bumps = stage.version("often-1") - before;
      assertTrue(bumps <= intervals + 1, bumps + " in " + intervals + " intervals");
    }
  }

  /** A reader who saw the new version would keep the old rows under it. */
  @Test
  void noVersionGrowsBeforeItsRowsAreThere() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "before");
        Sink sink = stage.sink();
        Connection other = stage.connect();
        Statement statement = other.createStatement()) {
      stage.produce(stage.row("before-1", 1));
      await("the first bump", sink, () -> stage.version("before-1") > 0 && stage.notes() == 0);
      final long before = stage.version("before-1");
      other.setAutoCommit(false);
      statement.execute("UPDATE daybook.before_rows SET count = count");
      stage.produce(stage.row("before-1", 2));
      awaitBlocked(stage, sink, "before");
      assertEquals(0, stage.notes());
      assertEquals(before, stage.version("before-1"));
      other.rollback();
      await("its bump", sink, () -> stage.version("before-1") > before);
      assertEquals("1", count(stage, 2));
    }
  }

  @Test
  void aNoteThatIsWrittenWhileOthersOfItsWorkspaceAreSettledStays() throws Exception {
    String again = "UPDATE daybook.note SET seq = nextval('daybook.note_seq')";
    String elsewhere =
        """
        INSERT INTO daybook.note
        SELECT rollup, generation, (partition + 1) % 4, workspace, nextval('daybook.note_seq')
        FROM   daybook.note""";
    try (SinkStage stage = new SinkStage(stack, "renoted");
        Sink sink = stage.sink();
        Connection other = stage.connect();
        Statement statement = other.createStatement()) {
      stage.produce(stage.row("renoted-1", 1));
      await("the first bump", sink, () -> stage.version("renoted-1") > 0 && stage.notes() == 0);
      other.setAutoCommit(false);
      for (String note : List.of(again, elsewhere)) {
        long before = stage.version("renoted-1");
        statement.execute("LOCK TABLE daybook.cache_version IN SHARE MODE");
        stage.produce(stage.row("renoted-1", 2));
        await("incremented, not settled", sink, () -> stage.version("renoted-1") > before);
        long bumped = stage.version("renoted-1");
        statement.execute(note);
        other.commit();
        await("no notes", sink, () -> stage.notes() == 0);
        assertTrue(stage.version("renoted-1") > bumped, () -> "nothing came of: " + note);
      }
    }
  }

  @Test
  void holdsTheNotesOfAGenerationThatNobodySees() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "unseen")) {
      stage.execute("DELETE FROM daybook.current_generation WHERE rollup = 'unseen'");
      long before = stage.version("unseen-1");
      try (Sink sink = stage.sink()) {
        stage.produce(stage.row("unseen-1", 1));
        await("a row", sink, () -> "1".equals(count(stage, 1)));
      }
      assertEquals(1, stage.notes(), "after the last round of the sink");
      assertEquals(before, stage.version("unseen-1"));
      try (Sink sink = stage.sink()) {
        await("all partitions", sink, () -> sink.status().rollups().get(0).partitions() == 4);
        stage.execute("INSERT INTO daybook.current_generation VALUES ('unseen', 1)");
        await("a bump after the swap", sink, () -> stage.version("unseen-1") > before);
      }
    }
  }

  @Test
  void endsAtARecordThatNoRetryMakesGoodAndSaysWhichItIs() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "poisoned");
        Sink sink = stage.sink()) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        byte[] key = stage.key("w" + i, DAY, null, null);
        records.add(stage.at(2, key, i == 31 ? BAD : stage.value(1, null)));
      }
      stage.produce(records);
      awaitEnd(sink);
      String message = sink.failure().orElseThrow().getMessage();
      assertTrue(message.contains("poisoned"), message);
      assertTrue(message.contains("partition 2, offset 31"), message);
      assertEquals(null, stage.rows());
      assertTrue(sink.status().rollups().get(0).problem().isPresent());
    }
  }

  @Test
  void refusesAPartitionThatMigrateDidNotPrepare() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "unprepared")) {
      stage.execute("DELETE FROM daybook.progress WHERE rollup = 'unprepared' AND partition = 3");
      try (Sink sink = stage.sink()) {
        awaitEnd(sink);
        String message = sink.failure().orElseThrow().getMessage();
        assertTrue(message.contains("partition 3"), message);
        assertTrue(message.contains("daybook migrate"), message);
      }
    }
  }

  private static void awaitBlocked(SinkStage stage, Sink sink, String name) throws Exception {
    String blocked =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND application_name LIKE 'daybook-sink-%s%%'".formatted(name);
    await("the sink waits for a row", sink, () -> "1".equals(stage.one(blocked)));
  }

  private static void awaitEnd(Sink sink) throws Exception {
    await("its end", sink, () -> sink.failure().isPresent());
  }

  private static List<ProducerRecord<byte[], byte[]>> workspaces(
      SinkStage stage, int count, long value) {
    return IntStream.range(0, count).mapToObj(i -> stage.row("w" + i, value)).toList();
  }

  private static String count(SinkStage stage, long value) throws SQLException {
    return stage.one(
        "SELECT count(*) FROM daybook.\"%s_rows\" WHERE count = %d"
            .formatted(stage.rollup.name(), value));
  }

  private static List<Long> versions(SinkStage stage, int count) {
    return IntStream.range(0, count).mapToObj(i -> stage.version("w" + i)).toList();
  }

  private static boolean allBumped(SinkStage stage, int count, long atLeast) {
    return versions(stage, count).stream().allMatch(version -> version >= atLeast);
  }
}
