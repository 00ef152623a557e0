// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.Await;
import io.daybook.cli.dev.DevTokens;
import io.daybook.cli.dev.stack.SingleServers;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSwitch;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F25: readers of the API while the switch is turned, the producer is dead and Redis is away. No
 * answer is wrong, older than the limit or behind an earlier one; the switch works within a second,
 * for what is cached, too.
 */
@Tag("faults")
class ReadersIT {
  private static final int KEYS = 20;
  private static final int RATE = 200;
  private static final int FLIPS = 50;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration RUN = Duration.ofSeconds(60);
  private static final Duration FLIP_EVERY = Duration.ofSeconds(2);

  @TempDir Path folder;
  private Site site;
  private ModeSwitch modes;

  @Test
  void readersAreNeverToldWhatWasNotSo() throws Exception {
    long seed = System.nanoTime() % 1_000_000;
    System.out.println("ReadersIT: seed " + seed);
    DevTokens tokens = new DevTokens();
    int port = SingleServers.freePort("HTTP");
    SiteSettings settings =
        SiteSettings.usual().withAggregates(1).withRate(50).withApi(port, tokens.secret());
    try (Site started = Site.start(folder.resolve("site"), settings, seed)) {
      site = started;
      modes = new ModeSwitch(site.installation().target());
      try (Counters counters = Counters.start(site.database(), KEYS, "counter-", seed)) {
        HttpReaders.awaitApi(port);
        String token = tokens.issue("readers", List.of("*"), false);
        troubles(new HttpReaders(counters, port, token, RATE, LIMIT, false), seed);
        flips(new HttpReaders(counters, port, token, RATE, LIMIT, false), seed);
      }
      site.load().pause();
      assertEquals(List.of(), site.answers().compare().complaints());
    }
  }

  /** The switch all the time, the producer for 15 s, Redis for 10 s. */
  private void troubles(HttpReaders readers, long seed) throws Exception {
    Instant killed;
    Instant back;
    try (readers;
        Flipping flipping = new Flipping(modes, FLIP_EVERY)) {
      readers.start(seed);
      flipping.start();
      Instant begun = Instant.now();
      passUntil(begun.plusSeconds(8));
      killed = Instant.now();
      site.captures().get(0).kill();
      passUntil(begun.plusSeconds(25));
      back = Instant.now();
      site.captures().get(0).start();
      passUntil(begun.plusSeconds(40));
      site.servers().killRedis();
      passUntil(begun.plusSeconds(50));
      site.servers().startRedis();
      passUntil(begun.plus(RUN));
    }
    report("troubles", readers.reads());
    assertEquals(List.of(), readers.complaints());
    List<HttpReaders.Read> stale =
        readers.reads().stream()
            .filter(each -> each.sent().isAfter(killed.plus(LIMIT).plusSeconds(1)))
            .filter(each -> each.sent().isBefore(back))
            .toList();
    assertTrue(!stale.isEmpty());
    assertEquals(
        0, stale.stream().filter(each -> "rollup".equals(each.source())).count(), "all are live");
    Duration returned =
        readers.reads().stream()
            .filter(each -> each.sent().isAfter(back) && "rollup".equals(each.source()))
            .map(each -> Duration.between(back, each.arrived()))
            .min(Duration::compareTo)
            .orElseThrow();
    System.out.println("ReadersIT: the rollup was back " + returned + " after its producer");
  }

  /** How long after {@code mode live} readers still got the rollup. */
  private void flips(HttpReaders readers, long seed) throws Exception {
    List<Instant> live = new ArrayList<>();
    List<Instant> rollup = new ArrayList<>();
    try (readers) {
      readers.start(seed + 1);
      for (int i = 0; i < FLIPS; i++) {
        rollup.add(Instant.now());
        turn(Mode.ROLLUP);
        Instant turned = Instant.now();
        Await.until(
            Duration.ofSeconds(15),
            "hits from the rollup",
            () -> readers.lastHit().isAfter(turned));
        turn(Mode.LIVE);
        live.add(Instant.now());
        Await.pass(Duration.ofMillis(1_200));
      }
      rollup.add(Instant.now());
      turn(Mode.ROLLUP);
    }
    report("flips", readers.reads());
    assertEquals(List.of(), readers.complaints());
    List<Duration> late = new ArrayList<>();
    for (int i = 0; i < FLIPS; i++) {
      Instant from = live.get(i);
      Instant to = rollup.get(i + 1);
      late.add(
          readers.reads().stream()
              .filter(each -> "rollup".equals(each.source()))
              .filter(each -> each.arrived().isAfter(from) && each.arrived().isBefore(to))
              .map(each -> Duration.between(from, each.arrived()))
              .max(Duration::compareTo)
              .orElse(Duration.ZERO));
    }
    Duration worst = late.stream().max(Duration::compareTo).orElseThrow();
    System.out.printf(
        "ReadersIT: %d turns to live, the last answer from the rollup after %s at worst%n",
        FLIPS, worst);
    assertTrue(worst.compareTo(Duration.ofSeconds(1)) <= 0, worst::toString);
  }

  private void turn(Mode mode) throws SQLException {
    modes.set(new ModeChange("workspace_daily", null, mode, "test", null));
  }

  private static void passUntil(Instant time) throws InterruptedException {
    Duration left = Duration.between(Instant.now(), time);
    if (!left.isNegative()) {
      Await.pass(left);
    }
  }

  private static void report(String what, List<HttpReaders.Read> reads) {
    Map<String, Integer> counts = new TreeMap<>();
    List<Double> millis = new ArrayList<>();
    Duration oldest = Duration.ZERO;
    for (HttpReaders.Read each : reads) {
      String kind =
          each.status() != 200
              ? Integer.toString(each.status())
              : each.source() + (each.hit() ? " hit" : "");
      counts.merge(kind, 1, Integer::sum);
      millis.add(Duration.between(each.sent(), each.arrived()).toNanos() / 1e6);
      if ("rollup".equals(each.source()) && each.age().compareTo(oldest) > 0) {
        oldest = each.age();
      }
    }
    millis.sort(null);
    System.out.printf(
        "ReadersIT, %s: %d reads, %s; p50 %.1f ms, p99 %.1f ms, worst %.1f ms; oldest answer from"
            + " the rollup %s%n",
        what,
        reads.size(),
        counts,
        millis.get(millis.size() / 2),
        millis.get(millis.size() * 99 / 100),
        millis.get(millis.size() - 1),
        oldest);
  }
}
