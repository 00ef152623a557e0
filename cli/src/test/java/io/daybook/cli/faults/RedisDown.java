// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Redis is away, comes back without its data or with older data, does not answer, is slow. */
final class RedisDown implements Fault {
  private static final Duration AWAY_MAX = Duration.ofSeconds(6);
  private static final Duration SLOW = Duration.ofSeconds(8);
  private static final Duration EACH_ANSWER = Duration.ofMillis(400);
  private static final Duration HEALED_WITHIN = Duration.ofSeconds(5);

  @Override
  public String id() {
    return "F24";
  }

  @Override
  public String title() {
    return "Redis down, back without data or with older data, silent, slow";
  }

  @Override
  public int injections() {
    return 5;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    return switch (turn.variant(5)) {
      case 0 -> away(site, turn);
      case 1 -> withoutData(site, turn);
      case 2 -> withOlderData(site, turn);
      case 3 -> silent(site);
      default -> slow(site);
    };
  }

  private static Injection away(Site site, Turn turn) throws Exception {
    Instant at = Instant.now();
    long pid = site.servers().killRedis();
    Await.pass(turn.below(AWAY_MAX));
    site.servers().startRedis();
    return Injection.of(at, Signals.isDead(pid), "pid " + pid + " is dead");
  }

  private static Injection withoutData(Site site, Turn turn) throws Exception {
    Instant at = Instant.now();
    site.versions().mayGoBack();
    Map<String, Long> before = site.versions().now();
    long pid = site.servers().killRedis();
    Files.delete(site.servers().redisLog());
    Await.pass(turn.below(AWAY_MAX));
    site.servers().startRedis();
    return healed(site, at, before, "pid " + pid + " is dead and its data deleted");
  }

  private static Injection withOlderData(Site site, Turn turn) throws Exception {
    Path log = site.servers().redisLog();
    Path older = log.resolveSibling("older.aof");
    Files.copy(log, older, StandardCopyOption.REPLACE_EXISTING);
    Map<String, Long> then = site.versions().now();
    Await.until(
        Duration.ofSeconds(30),
        "increments that can be lost",
        () -> anyDiffers(site.versions().now(), then));
    Await.pass(turn.below(AWAY_MAX));
    Instant at = Instant.now();
    site.versions().mayGoBack();
    Map<String, Long> before = site.versions().now();
    long pid = site.servers().killRedis();
    Files.move(older, log, StandardCopyOption.REPLACE_EXISTING);
    site.servers().startRedis();
    return healed(site, at, before, "pid " + pid + " is dead and its data set back");
  }

  private static boolean anyDiffers(Map<String, Long> now, Map<String, Long> then) {
    return now.entrySet().stream()
        .anyMatch(each -> !each.getValue().equals(then.get(each.getKey())));
  }

  /** Every version that any reader may have seen must be exceeded soon after the return. */
  private static Injection healed(Site site, Instant at, Map<String, Long> before, String what)
      throws Exception {
    List<String> lost = behind(site, before);
    boolean healed = Await.within(HEALED_WITHIN, () -> behind(site, before).isEmpty());
    List<String> complaints = new ArrayList<>();
    if (!healed) {
      List<String> left = behind(site, before);
      complaints.add(
          "%s after the return %d versions are not above their earlier maximum: %s"
              .formatted(HEALED_WITHIN, left.size(), left.stream().limit(5).toList()));
    } else {
      site.versions().mustGrow();
    }
    return new Injection(
        at, !lost.isEmpty(), what + "; " + lost.size() + " versions went back", complaints);
  }

  private static List<String> behind(Site site, Map<String, Long> before) {
    Map<String, Long> now = site.versions().now();
    return before.entrySet().stream()
        .filter(each -> now.getOrDefault(each.getKey(), 0L) <= each.getValue())
        .map(each -> each.getKey() + " at " + now.get(each.getKey()) + " of " + each.getValue())
        .toList();
  }

  private static Injection silent(Site site) throws Exception {
    TcpProxy proxy = site.servers().redisProxy();
    long before = proxy.heldChunks();
    Instant at = Instant.now();
    proxy.hold(TcpProxy.Way.TO_CLIENT);
    Await.pass(SLOW);
    long held = proxy.heldChunks() - before;
    proxy.release();
    return Injection.of(at, held > 0, held + " answers were held back");
  }

  private static Injection slow(Site site) throws Exception {
    TcpProxy proxy = site.servers().redisProxy();
    long before = proxy.delayedChunks();
    Instant at = Instant.now();
    proxy.delay(EACH_ANSWER);
    Await.pass(SLOW);
    proxy.release();
    long delayed = proxy.delayedChunks() - before;
    return Injection.of(at, delayed > 0, delayed + " chunks came late");
  }
}
