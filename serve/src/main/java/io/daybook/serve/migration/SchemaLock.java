// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import io.daybook.schemas.text.Durations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Lets one transaction at a time change the schema {@code daybook}. */
final class SchemaLock {
  /** "daybook" in ASCII; any constant would do. */
  private static final long KEY = 0x646179626f6f6bL;

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String DEADLOCK = "40P01";

  private SchemaLock() {}

  /**
   * Takes the lock until the transaction ends; what follows in it waits no longer than this for a
   * lock, either.
   */
  static void take(Connection connection, Duration lockWait) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL client_min_messages = warning");
      statement.execute("SET LOCAL lock_timeout = " + lockWait.toMillis());
      statement.execute("SELECT pg_advisory_xact_lock(" + KEY + ")");
    } catch (SQLException e) {
      if (isTimeout(e)) {
        throw new SQLException(
            "Another migration or uninstall is at work in the target for more than %s: wait for it"
                .formatted(Durations.text(lockWait)),
            LOCK_NOT_AVAILABLE,
            e);
      }
      throw e;
    }
  }

  /** How long the rest of the transaction waits for each lock. */
  static void waitFor(Connection connection, Duration limit) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + limit.toMillis());
    }
  }

  /** Whether others held what is to be locked, who may not a moment later. */
  static boolean isInTheWay(SQLException e) {
    return isTimeout(e) || DEADLOCK.equals(e.getSQLState());
  }

  /** Whether a lock was not to be had in time. */
  static boolean isTimeout(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }
}
