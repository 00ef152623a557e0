// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/**
 * A sink is stopped, at any instant or within its transaction, or an aggregate is, until another
 * one has taken its partitions; then it wakes with work in hand.
 */
final class SinkPaused implements Fault {
  private static final Duration COMES_WITHIN = Duration.ofSeconds(30);
  private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(90);

  /** What is complete through here, one that was stopped before has no part in. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  private static final String TAKEOVERS = "SELECT sum(fence) FROM daybook.progress";
  private static final String OPEN =
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'sink_only'"
          + " AND application_name <> 'daybook-sink-cache' AND xact_start IS NOT NULL";

  @Override
  public String id() {
    return "F6";
  }

  @Override
  public String title() {
    return "a sink or an aggregate paused past its session wakes and writes";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    return turn.variant(3) == 2 ? aggregate(site, turn) : sink(site, turn);
  }

  /** Its transaction is open, with results that the one who takes over computes again. */
  private static Injection aggregate(Site site, Turn turn) throws Exception {
    RoleProcess aggregate = site.aggregates().get(turn.below(site.aggregates().size()));
    Instant at = Instant.now();
    Signals.stop(aggregate.pid());
    boolean taken =
        Await.within(
            TAKEN_OVER_WITHIN, () -> site.freshness().completeSince(at.plus(AFTERWARDS)) != null);
    boolean stopped = Signals.isStopped(aggregate.pid());
    Signals.goOn(aggregate.pid());
    return Injection.of(
        at,
        taken && stopped,
        "%s, pid %d, was stopped; taken over meanwhile: %s"
            .formatted(aggregate.name(), aggregate.pid(), taken));
  }

  private static Injection sink(Site site, Turn turn) throws Exception {
    RoleProcess sink = site.sinks().get(turn.below(site.sinks().size()));
    long open = turn.variant(3) == 0 ? stopWithinTransactions(site, sink) : stop(site, sink);
    Instant at = Instant.now();
    long takeovers = site.database().number(TAKEOVERS);
    boolean taken =
        Await.within(
            TAKEN_OVER_WITHIN,
            () ->
                site.database().number(TAKEOVERS) > takeovers
                    && site.freshness().completeSince(at) != null);
    Signals.goOn(sink.pid());
    return Injection.of(
        at,
        taken,
        "%s, pid %d, was stopped; %d transactions of sinks were open; taken over meanwhile: %s"
            .formatted(sink.name(), sink.pid(), open, taken));
  }

  private static long stop(Site site, RoleProcess sink) throws Exception {
    Signals.stop(sink.pid());
    return site.database().number(OPEN);
  }

  /** They hold their rows of progress and wait for a lock on the notes, which then is freed. */
  private static long stopWithinTransactions(Site site, RoleProcess sink) throws Exception {
    try (Connection connection = site.database().superuser();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE daybook.note IN EXCLUSIVE MODE");
      long sinks = site.sinks().size();
      Await.until(
          COMES_WITHIN,
          "sinks that wait in their transactions",
          () -> site.database().number(OPEN + " AND wait_event_type = 'Lock'") >= sinks);
      long open = site.database().number(OPEN);
      Signals.stop(sink.pid());
      connection.rollback();
      return open;
    }
  }
}
