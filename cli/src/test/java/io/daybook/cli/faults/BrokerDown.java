// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;

/** The broker is killed, bounced in order, or stands still for a while. */
final class BrokerDown implements Fault {
  private static final Duration AWAY_MAX = Duration.ofSeconds(5);
  private static final Duration STILL = Duration.ofSeconds(15);

  @Override
  public String id() {
    return "F7";
  }

  @Override
  public String title() {
    return "broker killed, bounced, paused";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    BrokerProcess broker = site.servers().broker();
    long inFlight = site.kafka().notAggregated();
    long pid = broker.pid();
    int variant = turn.variant(3);
    Instant at = Instant.now();
    if (variant == 2) {
      Signals.stop(pid);
      Await.pass(STILL);
      Signals.goOn(pid);
      return Injection.of(at, true, "pid %d stood still for %s".formatted(pid, STILL));
    }
    if (variant == 0) {
      Signals.kill(pid);
    } else {
      Signals.terminate(pid);
    }
    boolean dead = Signals.isDead(pid);
    Await.pass(turn.below(AWAY_MAX));
    broker.launch();
    broker.awaitUp();
    return Injection.of(
        at,
        dead,
        "pid %d is dead by %s: %s; %d records were in flight"
            .formatted(pid, variant == 0 ? "SIGKILL" : "SIGTERM", dead, inFlight));
  }
}
