// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The server, source and target in one, is set back to an earlier copy of its files. */
final class SourceRestored implements Fault {
  private static final Duration MORE = Duration.ofSeconds(3);
  private static final String LSN = "SELECT (pg_current_wal_lsn() - '0/0')::bigint";

  @Override
  public String id() {
    return "F12";
  }

  @Override
  public String title() {
    return "source and target restored to an earlier time";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    SiteServers servers = site.servers();
    Path earlier = site.folder().resolve("earlier");
    servers.stopPostgres();
    servers.copyPostgres(earlier);
    servers.startPostgres();
    long before = site.load().statements();
    Await.until(
        Duration.ofSeconds(60),
        "statements that will be forgotten",
        () -> site.load().statements() > before + 200);
    Await.pass(turn.below(MORE));
    long lsn = site.database().number(LSN);
    Instant at = Instant.now();
    servers.stopPostgres();
    servers.replacePostgres(earlier);
    servers.startPostgres();
    long restored = site.database().number(LSN);
    return Injection.of(
        at, restored < lsn, "the log ends %d bytes earlier than it did".formatted(lsn - restored));
  }
}
