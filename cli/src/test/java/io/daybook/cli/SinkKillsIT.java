// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sinks that are killed at every point between a commit and the end of its notes. Every build does
 * it with whole processes (F5 of the fault selection); this one belongs to the profile faults.
 */
@Tag("faults")
class SinkKillsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60); // the group waits for the dead

  private static EmbeddedStack stack;
  private static RedisFaults faults;

  @BeforeAll
  static void start(@TempDir Path folder) {
    stack = EmbeddedStack.start(StackSettings.in(folder));
    faults = new RedisFaults(stack, folder);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void killedBetweenCommitAndIncrement() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "unbumped")) {
      long before;
      try (SinkProcess sink = new SinkProcess(stack, stage)) {
        before = firstBump(stage);
        faults.signal("STOP");
        try {
          stage.produce(stage.row("w", 2));
          await("committed and noted", () -> stage.notes() == 1);
          assertTrue(sink.kill());
        } finally {
          faults.signal("CONT");
        }
      }
      assertEquals(1, stage.notes());
      heals(stage, Math.max(before, stage.version("w")));
    }
  }

  @Test
  void killedBetweenIncrementAndTheEndOfItsNote() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "unsettled");
        Connection other = stage.connect();
        Statement statement = other.createStatement()) {
      long before;
      try (SinkProcess sink = new SinkProcess(stack, stage)) {
        before = firstBump(stage);
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE daybook.cache_version IN SHARE MODE");
        stage.produce(stage.row("w", 2));
        await("incremented, not settled", () -> stage.version("w") > before);
        assertEquals(1, stage.notes());
        assertTrue(sink.kill());
      }
      assertEquals(1, stage.notes());
      other.rollback();
      heals(stage, stage.version("w"));
    }
  }

  @Test
  void killedAtAnyTimeUnderLoadAndAlsoWithRedis() throws Exception {
    long seed = Long.getLong("daybook.seed", 20_261_127);
    Random random = new Random(seed);
    List<String> workspaces = IntStream.range(0, 20).mapToObj(i -> "k" + i).toList();
    CachingReader.Served served = new CachingReader.Served();
    try (SinkStage stage = new SinkStage(stack, "killed")) {
      Thread reader =
          new Thread(new CachingReader(stage, workspaces, stack.host(), stack.redisPort(), served));
      reader.start();
      try {
        long value = load(stage, workspaces, random, served, seed);
        try (SinkProcess last = new SinkProcess(stack, stage)) {
          await("no notes, seed " + seed, () -> stage.rows() != null && stage.notes() == 0);
          await(
              "readers get the last values, seed " + seed,
              () ->
                  workspaces.stream()
                      .allMatch(each -> served.values.getOrDefault(each, 0L) == value));
          assertTrue(last.kill());
        }
      } finally {
        served.stopped = true;
        reader.join();
      }
      assertEquals(List.of(), served.complaints, "seed " + seed);
      assertNull(served.failure);
      assertTrue(served.hits.get() > 0);
    }
  }

  /** Two sinks at a time; every value goes up, for all workspaces with the last. */
  private static long load(
      SinkStage stage,
      List<String> workspaces,
      Random random,
      CachingReader.Served served,
      long seed)
      throws Exception {
    long value = 0;
    for (int kill = 0; kill < 4; kill++) {
      try (SinkProcess one = new SinkProcess(stack, stage);
          SinkProcess two = new SinkProcess(stack, stage)) {
        stage.produce(rows(stage, workspaces, ++value));
        long first = value;
        await(
            "values of this round, seed " + seed,
            () ->
                workspaces.stream()
                    .allMatch(each -> served.values.getOrDefault(each, 0L) >= first));
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(500));
        while (System.nanoTime() < until) {
          stage.produce(rows(stage, workspaces, ++value));
        }
        assertTrue(one.kill());
        if (kill % 2 == 1) {
          faults.kill();
          faults.loseData();
          faults.start();
        }
        stage.produce(rows(stage, workspaces, ++value));
        assertTrue(two.kill());
      }
    }
    return value;
  }

  private static List<ProducerRecord<byte[], byte[]>> rows(
      SinkStage stage, List<String> workspaces, long value) {
    return workspaces.stream().map(each -> stage.row(each, value)).toList();
  }

  private static long firstBump(SinkStage stage) throws Exception {
    stage.produce(stage.row("w", 1));
    await("the first bump", () -> stage.version("w") > 0 && stage.rows() != null);
    await("no notes", () -> stage.notes() == 0);
    return stage.version("w");
  }

  private static void heals(SinkStage stage, long highest) throws Exception {
    try (SinkProcess successor = new SinkProcess(stack, stage)) {
      await("no notes", () -> stage.notes() == 0);
      assertTrue(stage.version("w") > highest);
      assertTrue(successor.kill());
    }
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    Await.until(LIMIT, what, condition);
  }
}
