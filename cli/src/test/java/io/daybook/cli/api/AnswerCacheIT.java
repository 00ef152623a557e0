// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.Await;
import io.daybook.cli.dev.stack.Part;
import io.daybook.cli.dev.stack.SingleServers;
import io.daybook.serve.cache.AnswerCache;
import io.daybook.serve.cache.AnswerCache.Computed;
import io.daybook.serve.cache.AnswerCache.Given;
import io.daybook.serve.cache.CacheSettings;
import io.daybook.serve.cache.EntryKey;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What is kept, under which version, and for whom something is computed. */
class AnswerCacheIT {
  private static final EntryKey KEY = new EntryKey("anna", "w", "rollups", "orders", 3);
  private static final Instant THROUGH = Instant.parse("2026-01-01T00:00:00Z");
  private static final AnswerCache.Validity GOOD = validity(new AtomicInteger());

  @TempDir private Path folder;
  private Part redis;
  private AnswerCache cache;
  private Jedis jedis;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void start() throws Exception {
    redis = SingleServers.redis(folder, SingleServers.freePort("Redis"));
    redis.start();
    cache =
        new AnswerCache(
            new CacheSettings(
                URI.create("redis://127.0.0.1:" + redis.port()),
                ApiRig.VERSION,
                "analytics:v1:",
                ApiRig.SENTINEL,
                Duration.ofMinutes(1),
                Duration.ofSeconds(2)));
    jedis = new Jedis("127.0.0.1", redis.port());
    ApiRig.vouch(jedis);
    jedis.set(ApiRig.VERSION + "w", "5");
  }

  @AfterEach
  void stop() throws Exception {
    threads.shutdownNow();
    jedis.close();
    cache.close();
    redis.stop();
  }

  /** Computed answers are good once so many have been refused. */
  private static AnswerCache.Validity validity(AtomicInteger refusals) {
    return new AnswerCache.Validity() {
      @Override
      public boolean ofKept(Instant completeThrough) {
        return true;
      }

      @Override
      public boolean ofComputed(Computed computed) {
        return refusals.getAndDecrement() <= 0;
      }
    };
  }

  private static Computed rollup(String body) {
    return new Computed("rollup", THROUGH, true, body);
  }

  private Given answer(String body) throws Exception {
    return cache.answer(KEY, GOOD, () -> rollup(body));
  }

  @Test
  void whatIsComputedFromOldRowsIsNeverKeptUnderANewerVersion() throws Exception {
    Given old =
        cache.answer(
            KEY,
            GOOD,
            () -> {
              jedis.incr(ApiRig.VERSION + "w");
              return rollup("old rows");
            });
    assertEquals(new Given("rollup", "old rows", false), old);
    assertEquals(new Given("rollup", "new rows", false), answer("new rows"));
    assertEquals(new Given("rollup", "new rows", true), answer("not asked for"));
    jedis.incr(ApiRig.VERSION + "w");
    assertEquals(new Given("rollup", "newer rows", false), answer("newer rows"));
  }

  @Test
  void whatWasBegunBeforeTheSwitchWasTurnedIsComputedAnew() throws Exception {
    AtomicInteger computed = new AtomicInteger();
    Given given =
        cache.answer(
            KEY,
            validity(new AtomicInteger(1)),
            () ->
                computed.getAndIncrement() == 0
                    ? rollup("before")
                    : new Computed("live", THROUGH, false, "after"));
    assertEquals(new Given("live", "after", false), given);
    assertEquals(new Given("rollup", "again", false), answer("again"), "it was not kept");
  }

  @Test
  void whoeverAsksTheSameMeanwhileSharesTheAnswerButNotABrokenConnection() throws Exception {
    for (boolean breaks : new boolean[] {false, true}) {
      jedis.incr(ApiRig.VERSION + "w");
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch end = new CountDownLatch(1);
      Future<Given> first =
          threads.submit(
              () ->
                  cache.answer(
                      KEY,
                      GOOD,
                      () -> {
                        begun.countDown();
                        end.await();
                        if (breaks) {
                          throw new SQLException("terminated", "57P01");
                        }
                        return rollup("shared");
                      }));
      assertTrue(begun.await(10, TimeUnit.SECONDS));
      AtomicInteger own = new AtomicInteger();
      Thread[] waiting = new Thread[1];
      Future<Given> second =
          threads.submit(
              () -> {
                waiting[0] = Thread.currentThread();
                return cache.answer(
                    KEY,
                    GOOD,
                    () -> {
                      own.incrementAndGet();
                      return rollup("own");
                    });
              });
      Await.until(
          Duration.ofSeconds(10),
          "the second waits for the first",
          () -> waiting[0] != null && waiting[0].getState() == Thread.State.WAITING);
      assertFalse(second.isDone());
      end.countDown();
      assertEquals(breaks ? "own" : "shared", second.get(10, TimeUnit.SECONDS).body());
      assertEquals(breaks ? 1 : 0, own.get());
      if (!breaks) {
        assertEquals("shared", first.get(10, TimeUnit.SECONDS).body());
      }
    }
  }

  @Test
  void withoutVersionsToRelyOnNothingIsKept() throws Exception {
    answer("kept");
    assertTrue(answer("x").hit());
    jedis.flushAll();
    assertEquals(new Given("rollup", "one", false), answer("one"));
    assertEquals(new Given("rollup", "two", false), answer("two"));
    ApiRig.vouch(jedis);
    assertEquals(new Given("rollup", "three", false), answer("three"), "no version of w");
    assertEquals(new Given("rollup", "four", false), answer("four"));
  }
}
