// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How far a server's clock is ahead of this machine's.
 *
 * @param ahead negative where it is behind
 * @param error half the time of the round trip in which it was read
 */
record Clock(Duration ahead, Duration error) {
  private static final int TRIES = 3;
  private static final String NOW =
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

  /** Reads it in the quickest of some round trips. */
  static Clock read(PostgresSession session) throws SQLException {
    Clock best = null;
    for (int i = 0; i < TRIES; i++) {
      Instant before = Instant.now();
      Instant there = Instant.EPOCH.plus(session.number(NOW), ChronoUnit.MICROS);
      Duration half = Duration.between(before, Instant.now()).dividedBy(2);
      if (best == null || half.compareTo(best.error) < 0) {
        best = new Clock(Duration.between(before.plus(half), there), half);
      }
    }
    return best;
  }
}
