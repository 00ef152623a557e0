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
 * and its address; it may not know the last commits, and knows the slot only where Postgres keeps
 * it in step (a failover slot).
 */
final class SourcePromoted implements Fault {
  private static final Duration REPLAYED_WITHIN = Duration.ofSeconds(60);
  private static final String MAKE_STANDBY_SLOT =
      "SELECT pg_create_physical_replication_slot('standby')";
  private static final String SLOTS_IN_STEP =
      "SELECT count(*) FROM pg_replication_slots WHERE synced AND NOT temporary";
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
  public SiteSettings site(long seed) {
    return SiteSettings.usual().with("debezium.slot.failover", "true");
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    SiteServers servers = site.servers();
    Path folder = site.folder().resolve("standby");
    servers.stopPostgres();
    servers.copyPostgres(folder);
    servers.startPostgres();
    boolean slotInStep = turn.variant(2) == 1;
    if (slotInStep) {
      site.database().column(MAKE_STANDBY_SLOT);
    }
    follow(folder, servers.postgresPort(), slotInStep);
    Part standby = SingleServers.postgres(folder, SingleServers.freePort("the standby"));
    standby.start();
    try {
      Database follower = new Database(standby.port());
      String lsn = site.database().column("SELECT pg_current_wal_lsn()").get(0);
      Await.until(
          REPLAYED_WITHIN,
          "a standby that follows",
          () -> follower.column("SELECT pg_last_wal_replay_lsn() >= ?::pg_lsn", lsn).contains("t"));
      if (slotInStep) {
        Await.until(REPLAYED_WITHIN, "a slot in step", () -> follower.number(SLOTS_IN_STEP) == 1);
      }
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
          Signals.isDead(pid) && slots == (slotInStep ? 1 : 0),
          "the primary, pid %d, is dead; its successor has %d slots and timeline %d"
              .formatted(pid, slots, timeline));
    } finally {
      standby.stop();
    }
  }

  private static void follow(Path folder, int primaryPort, boolean slotInStep) throws Exception {
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
        "primary_conninfo = 'host=127.0.0.1 port="
            + primaryPort
            + " user=postgres dbname=app'\n"
            + (slotInStep
                ? "primary_slot_name = 'standby'\nhot_standby_feedback = on\n"
                    + "sync_replication_slots = on\n"
                : "primary_slot_name = ''\nsync_replication_slots = off\n"),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    Files.createFile(data.resolve("standby.signal"));
  }
}
