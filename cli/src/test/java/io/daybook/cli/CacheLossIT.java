// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static io.daybook.cli.SinkStage.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.sink.Sink;
import io.daybook.sink.SinkSettings;
import io.daybook.sink.SinkStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Redis loses data in all ways, and no version comes back to a value that it had before. */
class CacheLossIT {
  private static final String PREFIX = SinkSettings.Cache.KEY_PREFIX;

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
  void aHundredThousandVersionsAreAboveTheirHighestWithinFiveSeconds() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "many");
        Sink sink = stage.sink()) {
      stage.produce(stage.row("a", 1));
      await("the first bump", sink, () -> stage.version("a") > 0 && stage.notes() == 0);
      int count = 100_000;
      stage.execute(
          "INSERT INTO daybook.cache_version SELECT 'many-' || n, n FROM generate_series(1, %d) n"
              .formatted(count));
      setVersions(count);
      Path earlier = faults.copy();

      for (boolean everything : new boolean[] {true, false}) {
        long[] highest = versions(count);
        faults.kill();
        if (everything) {
          faults.loseData();
        } else {
          faults.restore(earlier);
        }
        faults.start();
        long start = System.nanoTime();
        await("vouched for", sink, CacheLossIT::isVouchedFor);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        long[] now = versions(count);
        for (int i = 0; i < count; i++) {
          assertTrue(now[i] > highest[i] && now[i] > i + 1, "many-" + (i + 1));
        }
        System.out.printf(
            "%,d versions lifted in %d ms after %s%n",
            count, took.toMillis(), everything ? "a loss of all data" : "going back in time");
        assertTrue(took.toSeconds() < 5, took::toString);
        String told = loss(sink).what();
        assertTrue(told.contains("100,00"), told);
        assertTrue(told.contains("versions lifted"), told);
      }
      stage.execute("DELETE FROM daybook.cache_version WHERE workspace LIKE 'many-%'");
    }
  }

  @Test
  void aKeyThatIsGoneIsLiftedWithItsNextIncrementAndNeverPassesThroughOldValues() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "evicted");
        Sink sink = stage.sink()) {
      for (int i = 1; i <= 3; i++) {
        long value = i;
        stage.produce(stage.row("kept", value), stage.row("gone", value));
        await("bumped", sink, () -> stage.notes() == 0 && stage.version("gone") >= value);
      }
      long gone = stage.version("gone");
      long kept = stage.version("kept");
      try (Jedis redis = redis()) {
        redis.del(PREFIX + "gone");
        stage.produce(stage.row("kept", 9), stage.row("gone", 9));
        await(
            "lifted",
            sink,
            () -> {
              String now = redis.get(PREFIX + "gone");
              assertTrue(now == null || Long.parseLong(now) > gone, () -> "seen: " + now);
              return now != null && stage.notes() == 0;
            });
        assertTrue(stage.version("kept") - kept < 10, "not lifted");
        assertTrue(loss(sink).what().contains("single workspaces: 1 versions"), loss(sink).what());

        redis.set(PREFIX + "gone", "no number");
        stage.produce(stage.row("gone", 10));
        await("lifted again", sink, () -> stage.notes() == 0 && isNumber(redis, "gone"));
        assertTrue(stage.version("gone") > gone);
      }
    }
  }

  @Test
  void aLossIsNoticedWithoutTheRightToInfo() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "infoless");
        Jedis redis = redis()) {
      redis.aclSetUser(
          "modest",
          "on",
          ">secret",
          "~" + PREFIX + "*",
          "~" + SinkStage.SENTINEL,
          "+ping",
          "+incr",
          "+get",
          "+set",
          "+eval",
          "+hmget",
          "+hincrby",
          "+hset");
      String uri = stack.redisUri().replace("redis://", "redis://modest:secret@");
      try (Sink sink = stage.sink(uri)) {
        stage.produce(stage.row("i", 1), stage.row("j", 1));
        await("bumped", sink, () -> stage.notes() == 0 && stage.version("j") > 0);
        long before = stage.version("i");
        faults.flush();
        await("lifted after all was lost", sink, () -> stage.version("i") > before);
        assertTrue(sink.status().cache().problem().isEmpty());

        await(
            "vouched for", sink, () -> "unknown".equals(redis.hget(SinkStage.SENTINEL, "server")));
        long again = stage.version("j");
        stage.produce(stage.row("j", 2));
        await("a round", sink, () -> stage.notes() == 0 && stage.version("j") > again);
        long lifted = stage.version("j");
        redis.hincrBy(SinkStage.SENTINEL, "counter", -1); // as in a copy without the last round
        redis.decr(PREFIX + "j");
        await("lifted after a round was lost", sink, () -> stage.version("j") > lifted);
        await("told", sink, () -> loss(sink).what().startsWith("Redis lost its last increments"));
      }
    }
  }

  @Test
  void severalSinksLiftTogetherAndOnlyOnce() throws Exception {
    try (SinkStage stage = new SinkStage(stack, "together");
        Sink first = stage.sink()) {
      await("all partitions", first, () -> partitions(first) == 4);
      try (Sink second = stage.sink()) {
        await("half of them", second, () -> partitions(second) == 2);
        List<String> workspaces = named("t", 2_000);
        produce(stage, workspaces, 1);
        await("all bumped", first, () -> stage.notes() == 0);
        for (int round = 0; round < 3; round++) {
          Map<String, Long> before = new HashMap<>();
          workspaces.forEach(each -> before.put(each, stage.version(each)));
          long lifts = Long.parseLong(stage.one("SELECT lift FROM daybook.cache_sentinel"));
          faults.flush();
          produce(stage, workspaces.subList(0, 500), round + 2);
          await("vouched for", first, CacheLossIT::isVouchedFor);
          await("no notes", second, () -> stage.notes() == 0);
          for (String each : workspaces) {
            assertTrue(stage.version(each) > before.get(each), each);
          }
          assertEquals(
              lifts + 1, Long.parseLong(stage.one("SELECT lift FROM daybook.cache_sentinel")));
        }
        assertTrue(first.failure().isEmpty() && second.failure().isEmpty());
      }
    }
  }

  @Test
  void noReaderIsServedAnythingOlderThanBefore() throws Exception {
    long seed = Long.getLong("daybook.seed", 20_261_127);
    Random random = new Random(seed);
    List<String> workspaces = named("r", 20);
    CachingReader.Served served = new CachingReader.Served();
    List<Thread> threads = new ArrayList<>();
    try (SinkStage stage = new SinkStage(stack, "read");
        Sink first = stage.sink();
        Sink second = stage.sink()) {
      for (int i = 0; i < 3; i++) {
        Runnable reader =
            new CachingReader(stage, workspaces, stack.host(), stack.redisPort(), served);
        threads.add(new Thread(reader, "reader-" + i));
      }
      threads.forEach(Thread::start);
      long value = 0;
      List<Path> copies = new ArrayList<>();
      for (int fault = 0; fault < 15; fault++) {
        for (int i = 0; i < 5; i++) {
          produce(stage, some(workspaces, random), ++value);
        }
        copies.add(faults.copy());
        String what = strike(fault % 5, random, copies, workspaces);
        produce(stage, some(workspaces, random), ++value);
        long hits = served.hits.get();
        await("vouched for after " + what, first, CacheLossIT::isVouchedFor);
        await("hits after " + what, first, () -> served.hits.get() > hits + 100);
        assertEquals(List.of(), served.complaints, what + ", seed " + seed);
        assertNull(served.failure, () -> served.failure.toString());
      }
      long last = ++value;
      produce(stage, workspaces, last);
      await("no notes", second, () -> stage.notes() == 0);
      await(
          "the last value is what readers get",
          first,
          () -> workspaces.stream().allMatch(each -> served.values.get(each) == last));
      System.out.printf(
          "Readers: %,d hits, %,d misses, %,d uncached, seed %d; cache_version: %s%n",
          served.hits.get(),
          served.misses.get(),
          served.uncached.get(),
          seed,
          stage.one(
              "SELECT n_tup_upd || ' updates, ' || n_tup_hot_upd || ' within their page'"
                  + " FROM pg_stat_user_tables WHERE relname = 'cache_version'"));
    } finally {
      served.stopped = true;
      for (Thread each : threads) {
        each.join();
      }
    }
    assertEquals(List.of(), served.complaints, "seed " + seed);
    assertTrue(served.misses.get() > 0);
  }

  /** Every kind comes up several times. */
  private static String strike(int kind, Random random, List<Path> copies, List<String> workspaces)
      throws Exception {
    switch (kind) {
      case 0 -> {
        faults.kill();
        faults.loseData();
        faults.start();
        return "a restart without its data";
      }
      case 1 -> {
        faults.kill();
        faults.restore(copies.get(random.nextInt(copies.size())));
        faults.start();
        return "a failover to an older copy";
      }
      case 2 -> {
        faults.flush();
        return "FLUSHALL";
      }
      case 3 -> {
        try (Jedis redis = redis()) {
          some(workspaces, random).forEach(each -> redis.del(PREFIX + each));
        }
        return "evictions";
      }
      default -> {
        faults.kill();
        faults.start();
        return "a restart";
      }
    }
  }

  private static boolean isVouchedFor() {
    try (Jedis redis = redis()) {
      String server = redis.hget(SinkStage.SENTINEL, "server");
      return server != null && !server.isEmpty() && redis.info("server").contains(server);
    }
  }

  private static SinkStatus.Problem loss(Sink sink) {
    return sink.status().cache().lastLoss().orElseThrow();
  }

  private static int partitions(Sink sink) {
    return sink.status().rollups().get(0).partitions();
  }

  private static boolean isNumber(Jedis redis, String workspace) {
    String version = redis.get(PREFIX + workspace);
    return version != null && version.matches("\\d+");
  }

  private static Jedis redis() {
    return new Jedis(stack.host(), stack.redisPort());
  }

  private static List<String> named(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static List<String> some(List<String> workspaces, Random random) {
    return workspaces.stream().filter(each -> random.nextInt(3) == 0).toList();
  }

  private static void produce(SinkStage stage, List<String> workspaces, long value) {
    stage.produce(workspaces.stream().map(each -> stage.row(each, value)).toList());
  }

  private static void setVersions(int count) {
    try (Jedis redis = redis();
        Pipeline pipeline = redis.pipelined()) {
      for (int n = 1; n <= count; n++) {
        pipeline.set(PREFIX + "many-" + n, Long.toString(n));
      }
    }
  }

  private static long[] versions(int count) {
    try (Jedis redis = redis()) {
      String[] keys =
          IntStream.rangeClosed(1, count)
              .mapToObj(n -> PREFIX + "many-" + n)
              .toArray(String[]::new);
      return Arrays.stream(redis.mget(keys).toArray(String[]::new))
          .mapToLong(text -> text == null ? 0 : Long.parseLong(text))
          .toArray();
    }
  }
}
