// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.dev.DevTokens;
import io.daybook.cli.dev.stack.SingleServers;
import io.daybook.serve.mode.ModeSwitch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The switch is turned under many reads of the API, while something that it needs is away. While it
 * stands at live there are more of them than live queries may run: some are refused.
 */
final class ModesFlipped implements Fault {
  private static final int RATE = 1_000;
  private static final int KEYS = 20;
  private static final int BUSY = 503;
  private static final int VARIANTS = 4;
  private static final Duration FLIP_EVERY = Duration.ofMillis(1_500);
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration DEAD = Duration.ofSeconds(13);
  private static final Duration AWAY = Duration.ofSeconds(4);
  private static final Duration SWITCHED_WITHIN = Duration.ofSeconds(1);

  private final DevTokens tokens = new DevTokens();
  private final int port = SingleServers.freePort("HTTP");

  @Override
  public String id() {
    return "F25";
  }

  @Override
  public String title() {
    return "the switch turned while 1,000 reads/s are asked: producer dead, control or Redis away";
  }

  @Override
  public int injections() {
    return 2;
  }

  @Override
  public SiteSettings site(long seed) {
    return SiteSettings.usual().withRate(20).withApi(port, tokens.secret());
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    HttpReaders.awaitApi(port);
    Instant at = Instant.now();
    List<String> complaints = new ArrayList<>();
    String what;
    Duration read;
    HttpReaders readers;
    Flipping flipping = new Flipping(new ModeSwitch(site.installation().target()), FLIP_EVERY);
    try (Counters counters =
        Counters.start(
            site.database(), KEYS, "k" + turn.seed() + "-" + turn.number() + "-", turn.seed())) {
      readers =
          new HttpReaders(
              counters,
              port,
              tokens.issue("readers", List.of("*"), false),
              RATE,
              limit(site),
              true);
      try (readers;
          flipping) {
        Instant begun = Instant.now();
        readers.start(turn.seed());
        flipping.start();
        Await.pass(BEFORE);
        at = Instant.now();
        what = trouble(site, turn.variant(VARIANTS));
        Await.pass(BEFORE);
        read = Duration.between(begun, Instant.now());
      }
    }
    complaints.addAll(readers.complaints());
    Duration worst = flipping.worst(readers.reads());
    if (worst.compareTo(SWITCHED_WITHIN) > 0) {
      complaints.add("the rollup was given " + worst + " after the switch was turned to live");
    }
    long hits = readers.reads().stream().filter(HttpReaders.Read::hit).count();
    return new Injection(
        at,
        hits > 0,
        "%s; %d reads, %d a second, %d from the cache, %d refused since as many live queries ran"
                .formatted(
                    what,
                    readers.reads().size(),
                    readers.reads().size() * 1_000L / Math.max(1, read.toMillis()),
                    hits,
                    readers.reads().stream().filter(each -> each.status() == BUSY).count())
            + " as may; the switch took %s at worst".formatted(worst),
        complaints);
  }

  private static Duration limit(Site site) {
    return site.installation().config().freshness().limit();
  }

  private static String trouble(Site site, int variant) throws Exception {
    switch (variant) {
      case 0 -> {
        long pid = site.captures().get(0).kill();
        Await.pass(DEAD);
        site.captures().get(0).start();
        return "capture, pid %d, was dead for %s".formatted(pid, DEAD);
      }
      case 1 -> {
        try (var connection = site.database().superuser();
            var statement = connection.createStatement()) {
          connection.setAutoCommit(false);
          statement.execute("LOCK daybook.control, daybook.setting");
          Await.pass(AWAY);
          connection.rollback();
        }
        return "control and settings were locked for " + AWAY;
      }
      case 2 -> {
        try (var connection = site.database().superuser();
            var statement = connection.createStatement()) {
          statement.execute("ALTER TABLE daybook.control RENAME TO away");
          try {
            Await.pass(AWAY);
          } finally {
            statement.execute("ALTER TABLE daybook.away RENAME TO control");
          }
        }
        return "control was away for " + AWAY;
      }
      default -> {
        long pid = site.servers().killRedis();
        Await.pass(AWAY);
        site.servers().startRedis();
        return "Redis, pid %d, was dead for %s".formatted(pid, AWAY);
      }
    }
  }
}
