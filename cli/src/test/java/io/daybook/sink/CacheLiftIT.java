// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.Part;
import io.daybook.cli.dev.stack.SingleServers;
import io.daybook.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;

/** What a lift says of itself is what it has done, whatever Redis lost meanwhile. */
class CacheLiftIT {
  private static final String PREFIX = SinkSettings.Cache.KEY_PREFIX;

  @TempDir Path folder;
  private Part server;
  private JedisPooled redis;
  private CacheLift lift;

  @BeforeEach
  void start() {
    server = SingleServers.redis(folder, SingleServers.freePort("Redis"));
    server.start();
    URI uri = URI.create("redis://127.0.0.1:" + server.port());
    SinkSettings settings =
        SinkSettings.of(
            SinkSettings.Target.of("jdbc:postgresql://unused/unused", null, null),
            new SinkSettings.Cache(uri, PREFIX, Duration.ZERO, Duration.ofSeconds(5)),
            Map.of(),
            new Topics("lift", 1));
    redis = CacheConnection.to(settings.cache());
    lift = new CacheLift(settings, redis);
  }

  @AfterEach
  void stop() {
    redis.close();
    server.stop();
  }

  @Test
  void itLiftsWhatIsLowerAndCountsThat() {
    redis.set(PREFIX + "low", "4");
    redis.set(PREFIX + "high", "9");
    redis.set(PREFIX + "odd", "no number");
    begin(1);
    Map<String, Long> floors = Map.of("low", 7L, "high", 7L, "odd", 7L, "gone", 7L);
    assertEquals(3, lift.ofAll(1, floors).orElseThrow().lifted());
    assertEquals("7", version("low"));
    assertEquals("9", version("high"));
    assertEquals("7", version("odd"));
    assertEquals("7", version("gone"));
    assertTrue(lift.finish(1, "this server"));
  }

  @Test
  void oneThatIsNotUnderWayDoesNothingAndSaysSo() {
    begin(3);
    assertEquals(Optional.empty(), lift.ofAll(2, Map.of("a", 5L)));
    assertFalse(lift.finish(2, "this server"));
    assertNull(version("a"));

    assertTrue(lift.ofAll(3, Map.of("a", 5L)).isPresent());
    assertTrue(lift.finish(3, "this server"));
    assertEquals(Optional.empty(), lift.ofAll(3, Map.of("b", 5L)), "it is finished");
    assertNull(version("b"));
    assertEquals(1, lift.ofSome(3, Map.of("b", 5L)).orElseThrow().lifted());
  }

  @Test
  void oneWhoseBeginningIsLostDoesNothingAndSaysSo() {
    begin(3);
    assertTrue(lift.ofAll(3, Map.of("a", 5L)).isPresent());
    redis.flushAll();
    assertEquals(Optional.empty(), lift.ofAll(3, Map.of("b", 5L)));
    assertEquals(Optional.empty(), lift.ofSome(3, Map.of("c", 5L)));
    assertFalse(lift.finish(3, "this server"));
    assertEquals(0, redis.dbSize());
  }

  private void begin(long number) {
    lift.begin(new SentinelTable.Remembered(number, 10));
  }

  private String version(String workspace) {
    return redis.get(PREFIX + workspace);
  }
}
