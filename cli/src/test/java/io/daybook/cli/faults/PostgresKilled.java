// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;

/** SIGKILL of Postgres, source and target in one. */
final class PostgresKilled implements Fault {
  private static final Duration AWAY_MAX = Duration.ofSeconds(5);
  private static final String STARTED =
      "SELECT extract(epoch FROM pg_postmaster_start_time())::bigint";

  @Override
  public String id() {
    return "PG";
  }

  @Override
  public String title() {
    return "Postgres killed";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    SiteServers servers = site.servers();
    long started = site.database().number(STARTED);
    Instant at = Instant.now();
    long pid = servers.killPostgres();
    boolean dead = Signals.isDead(pid);
    Await.pass(turn.below(AWAY_MAX));
    servers.startPostgres();
    long startedAgain = site.database().number(STARTED);
    return Injection.of(
        at,
        dead && startedAgain > started,
        "the postmaster, pid %d, is dead: %s; its successor started %d s later"
            .formatted(pid, dead, startedAgain - started));
  }
}
