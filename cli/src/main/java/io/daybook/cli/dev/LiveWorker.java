// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One connection of the live load: deals operations, runs them, and keeps to its rate. */
final class LiveWorker {
  /** Serialization failure, deadlock, lock not available: what other writers may cause. */
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "55P03");

  private static final int CONFLICTS_IN_A_ROW_MAX = 100;

  /** How far a worker that was held up may fall behind before it gives up catching up. */
  private static final long BEHIND_NANOS_MAX = Duration.ofSeconds(2).toNanos();

  private final Draw draw;
  private final Draw ids;
  private final Deck deck;
  private final Clock clock;
  private final double nanosPerChange;
  private final LiveCounts counts;
  private final CountDownLatch stop;

  LiveWorker(LiveLoad.Settings settings, int number, LiveCounts counts, CountDownLatch stop) {
    this.draw = new Draw(Draw.mix(settings.seed(), number, 0));
    this.deck = new Deck(new Draw(Draw.mix(settings.seed(), number, 1)));
    this.clock = settings.clock();
    // New ids must differ from those of an earlier run with the same seed on the same tables.
    this.ids = new Draw(Draw.mix(settings.seed(), number, clock.instant().toEpochMilli()));
    this.nanosPerChange =
        (double) Duration.ofSeconds(1).toNanos()
            * settings.workers()
            / settings.rowChangesPerSecond();
    this.counts = counts;
    this.stop = stop;
  }

  /** Works until the latch opens; the transaction under way is finished first. */
  void work(Connection connection) throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    double dueNanos = System.nanoTime();
    while (!stop.await((long) dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      long rowChanges = run(connection, deck.deal());
      dueNanos = Math.max(dueNanos, System.nanoTime() - BEHIND_NANOS_MAX);
      dueNanos += rowChanges * nanosPerChange;
    }
  }

  /**
   * Runs an operation until it is committed, and before it the one that makes its rows where there
   * are none. Answers the row changes of both.
   */
  private long run(Connection connection, LiveOperation operation) throws SQLException {
    long rowChanges = 0;
    int conflicts = 0;
    do {
      LiveTransaction transaction = new LiveTransaction(connection, draw, ids, clock);
      boolean hadRows;
      try {
        hadRows = operation.body().run(transaction);
        if (hadRows) {
          connection.commit();
        } else {
          connection.rollback();
        }
      } catch (SQLException e) {
        if (!CONFLICTS.contains(e.getSQLState()) || ++conflicts > CONFLICTS_IN_A_ROW_MAX) {
          throw new SQLException(operation.label() + ": " + e.getMessage(), e.getSQLState(), e);
        }
        connection.rollback();
        counts.conflict();
        continue;
      }
      if (hadRows) {
        counts.committed(operation, transaction.rowChanges());
        return rowChanges + transaction.rowChanges();
      }
      rowChanges += run(connection, operation.provider());
    } while (stop.getCount() > 0);
    return rowChanges;
  }
}
