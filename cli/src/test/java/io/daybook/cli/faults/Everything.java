// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** SIGKILL of every role and the broker at once. */
final class Everything implements Fault {
  private static final Duration AWAY_MAX = Duration.ofSeconds(3);

  @Override
  public String id() {
    return "ALL";
  }

  @Override
  public String title() {
    return "every role and the broker killed at once";
  }

  @Override
  public int injections() {
    return 4;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    long inFlight = site.kafka().notAggregated();
    BrokerProcess broker = site.servers().broker();
    List<Long> pids = new ArrayList<>(List.of(broker.pid()));
    Instant at = Instant.now();
    Signals.kill(broker.pid());
    for (RoleProcess each : site.processes()) {
      pids.add(each.kill());
    }
    boolean dead = pids.stream().allMatch(Signals::isDead);
    Await.pass(turn.below(AWAY_MAX));
    broker.launch();
    for (RoleProcess each : site.processes()) {
      each.start();
    }
    broker.awaitUp();
    return Injection.of(
        at, dead, "dead: %s, pids %s; %d records in flight".formatted(dead, pids, inFlight));
  }
}
