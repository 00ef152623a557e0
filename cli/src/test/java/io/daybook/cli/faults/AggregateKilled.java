// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;

/** SIGKILL of the Streams instances in rotation, each started again after a while. */
final class AggregateKilled implements Fault {
  private static final Duration AWAY_MAX = Duration.ofSeconds(4);

  @Override
  public String id() {
    return "F3";
  }

  @Override
  public String title() {
    return "aggregate killed, in rotation";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    RoleProcess victim = site.aggregates().get(turn.variant(site.aggregates().size()));
    long before = site.load().statements();
    Await.until(
        Duration.ofSeconds(20),
        "records in flight",
        () -> site.load().statements() > before && site.kafka().notAggregated() > 0);
    long pid = victim.kill();
    Instant at = Instant.now();
    long inFlight = site.kafka().notAggregated();
    boolean dead = Signals.isDead(pid);
    Await.pass(turn.below(AWAY_MAX));
    victim.start();
    return Injection.of(
        at,
        dead && inFlight > 0,
        "%s, pid %d, is dead: %s; %d records in flight"
            .formatted(victim.name(), pid, dead, inFlight));
  }
}
