// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Connections to Postgres, Kafka or Redis are reset, go silent and are then reset, or are slow. */
final class Connections implements Fault {
  private static final Duration SILENT = Duration.ofSeconds(14);
  private static final Duration SLOW = Duration.ofSeconds(8);
  private static final Duration EACH_CHUNK = Duration.ofMillis(150);
  private static final List<String> SERVERS = List.of("Postgres", "Kafka", "Redis");

  @Override
  public String id() {
    return "F8";
  }

  @Override
  public String title() {
    return "connections reset, silent, slow: Postgres, Kafka, Redis";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    int variant = turn.variant(9);
    String server = SERVERS.get(variant % 3);
    TcpProxy proxy =
        switch (server) {
          case "Postgres" -> site.servers().postgresProxy();
          case "Kafka" -> site.servers().kafkaProxy();
          default -> site.servers().redisProxy();
        };
    return switch (variant / 3) {
      case 0 -> reset(server, proxy, turn);
      case 1 -> silent(server, proxy);
      default -> slow(server, proxy);
    };
  }

  /** A few times in a row, so that new connections are hit as well. */
  private static Injection reset(String server, TcpProxy proxy, Turn turn) throws Exception {
    Instant at = Instant.now();
    int cut = 0;
    for (int times = 1 + turn.below(4); times > 0; times--) {
      cut += proxy.cut();
      Await.pass(turn.below(Duration.ofSeconds(1)));
    }
    return Injection.of(at, cut > 0, cut + " connections to " + server + " were reset");
  }

  private static Injection silent(String server, TcpProxy proxy) throws Exception {
    long before = proxy.heldChunks();
    Instant at = Instant.now();
    proxy.hold(TcpProxy.Way.TO_SERVER);
    proxy.hold(TcpProxy.Way.TO_CLIENT);
    Await.pass(SILENT);
    long held = proxy.heldChunks() - before;
    int cut = proxy.cut();
    proxy.release();
    return Injection.of(
        at,
        held > 0 && cut > 0,
        "%d chunks to and from %s were kept, then %d connections reset"
            .formatted(held, server, cut));
  }

  private static Injection slow(String server, TcpProxy proxy) throws Exception {
    long before = proxy.delayedChunks();
    Instant at = Instant.now();
    proxy.delay(EACH_CHUNK);
    Await.pass(SLOW);
    proxy.release();
    long delayed = proxy.delayedChunks() - before;
    return Injection.of(at, delayed > 0, delayed + " chunks to and from " + server + " came late");
  }
}
