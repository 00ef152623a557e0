// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/**
 * SIGKILL of every sink within the transaction, between it and the increments, and between those
 * and the deletion of their notes.
 */
final class SinkKilled implements Fault {
  private static final Duration COMES_WITHIN = Duration.ofSeconds(30);

  private static final String IN_A_TRANSACTION =
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'sink_only'"
          + " AND wait_event_type = 'Lock' AND xact_start IS NOT NULL";

  @Override
  public String id() {
    return "F5";
  }

  @Override
  public String title() {
    return "sinks killed between commit, INCR and the end of the notes";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Injection injection =
        switch (turn.variant(3)) {
          case 0 -> withinTheTransaction(site);
          case 1 -> beforeTheIncrement(site);
          default -> beforeTheNotesAreDeleted(site);
        };
    for (RoleProcess sink : site.sinks()) {
      sink.start();
    }
    return injection;
  }

  private static Injection withinTheTransaction(Site site) throws Exception {
    try (Connection connection = site.database().superuser();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT 1 FROM daybook.progress FOR UPDATE");
      Database database = site.database();
      Await.until(
          COMES_WITHIN,
          "a sink that waits in its transaction",
          () -> database.number(IN_A_TRANSACTION) > 0);
      Instant at = Instant.now();
      String dead = killAll(site);
      long waiting = database.number(IN_A_TRANSACTION);
      connection.rollback();
      return Injection.of(
          at, waiting > 0, dead + "; " + waiting + " transactions were not committed");
    }
  }

  private static Injection beforeTheIncrement(Site site) throws Exception {
    TcpProxy redis = site.servers().redisProxy();
    redis.hold(TcpProxy.Way.TO_SERVER);
    try {
      awaitNotes(site);
      long sum = sum(site);
      Instant at = Instant.now();
      String dead = killAll(site);
      long notes = site.answers().owedIncrements();
      boolean hit = notes > 0 && sum(site) == sum;
      return Injection.of(at, hit, dead + "; " + notes + " notes without an increment");
    } finally {
      redis.release();
    }
  }

  private static Injection beforeTheNotesAreDeleted(Site site) throws Exception {
    TcpProxy redis = site.servers().redisProxy();
    redis.hold(TcpProxy.Way.TO_CLIENT);
    try {
      long sum = sum(site);
      Await.until(COMES_WITHIN, "an increment without an answer", () -> sum(site) > sum);
      awaitNotes(site);
      Instant at = Instant.now();
      String dead = killAll(site);
      long notes = site.answers().owedIncrements();
      return Injection.of(at, notes > 0, dead + "; " + notes + " notes after their increment");
    } finally {
      redis.release();
    }
  }

  private static void awaitNotes(Site site) throws Exception {
    Await.until(COMES_WITHIN, "a note", () -> site.answers().owedIncrements() > 0);
  }

  private static long sum(Site site) throws SQLException {
    return site.versions().now().values().stream().mapToLong(Long::longValue).sum();
  }

  private static String killAll(Site site) throws Exception {
    StringBuilder dead = new StringBuilder("dead are pids");
    for (RoleProcess sink : site.sinks()) {
      dead.append(' ').append(sink.kill());
    }
    return dead.toString();
  }
}
