// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.dev.stack.Part;
import io.daybook.cli.dev.stack.SingleServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;

/**
 * The server, source and target in one, is killed, and a standby that is promoted takes its place
 * and its address; it knows no slot, and perhaps not the last commits.
 */
final class SourcePromoted implements Fault {
  private static final Duration REPLAYED_WITHIN = Duration.ofSeconds(60);
  private static final Duration MORE = Duration.ofSeconds(2);

  @Override
  public String id() {
    return "F11";
  }

  @Override
  public String title() {
    return "failover to a promoted standby";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    SiteServers servers = site.servers();
    Path folder = site.folder().resolve("standby");
    servers.stopPostgres();
    servers.copyPostgres(folder);
    servers.startPostgres();
    follow(folder, servers.postgresPort());
    Part standby = SingleServers.postgres(folder, SingleServers.freePort("the standby"));
    standby.start();
    try {
      Database follower = new Database(standby.port());
      String lsn = site.database().column("SELECT pg_current_wal_lsn()").get(0);
      Await.until(
          REPLAYED_WITHIN,
          "a standby that follows",
          () -> follower.column("SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn", lsn).contains("t"));
      Await.pass(turn.below(MORE));
      Instant at = Instant.now();
      long pid = servers.killPostgres();
      follower.column("SELECT pg_promote()");
      long slots = follower.number("SELECT count(*) FROM pg_replication_slots");
      long timeline = follower.number("SELECT timeline_id FROM pg_control_checkpoint()");
      standby.stop();
      servers.replacePostgres(folder);
      servers.startPostgres();
      return Injection.of(
          at,
          Signals.isDead(pid) && slots == 0,
          "the primary, pid %d, is dead; its successor has no slot and timeline %d"
              .formatted(pid, timeline));
    } finally {
      standby.stop();
    }
  }

  private static void follow(Path folder, int primaryPort) throws Exception {
    Path data = folder.resolve("postgres");
    try (var slots = Files.newDirectoryStream(data.resolve("pg_replslot"))) {
      for (Path slot : slots) {
        try (var files = Files.newDirectoryStream(slot)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(slot);
      }
    }
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=" + primaryPort + " user=postgres'\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    Files.createFile(data.resolve("standby.signal"));
  }
}
