// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The advisory lock on the source that only one capture of an installation holds. It keeps two from
 * taking turns; what makes a second one harmless is the transactional producer.
 *
 * <p>The lock belongs to a session that the server ends when it stays idle longer than the lease,
 * so that a process which is paused or cut off gives way.
 */
final class SourceLock implements AutoCloseable {
  private static final Duration TRY_EVERY = Duration.ofMillis(200);

  private final Connection connection;

  private SourceLock(Connection connection) {
    this.connection = connection;
  }

  /** Waits until the lock is free; null if {@code closing} came first. */
  static SourceLock acquire(CaptureSettings settings, CountDownLatch closing)
      throws SQLException, InterruptedException {
    Connection connection = settings.source().connect(settings.applicationName());
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET idle_session_timeout = " + settings.lease().toMillis());
      }
      while (!tryLock(connection, settings.applicationName())) {
        if (closing.await(TRY_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          connection.close();
          return null;
        }
      }
      return new SourceLock(connection);
    } catch (SQLException | InterruptedException e) {
      connection.close();
      throw e;
    }
  }

  private static boolean tryLock(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_lock(hashtextextended(?, 0))")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** The session that holds the lock: to use it is to keep it. */
  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
