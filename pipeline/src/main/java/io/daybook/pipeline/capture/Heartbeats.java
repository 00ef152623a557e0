// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes a message into the source's log at an interval: it comes back through the slot behind all
 * that committed before it, advances the slot of an idle database, keeps the lock's session alive,
 * and says in band how the tables are, so that DDL which sends no rows is noticed where it stands.
 */
final class Heartbeats implements AutoCloseable {
  /** Prefix of the messages; {@code message.prefix.include.list} lets no other one through. */
  static final String PREFIX = "daybook";

  private final Connection connection;
  private final ShapeReader shapes;
  private final Duration every;
  private final Duration lease;
  private final Consumer<Exception> onFailure;
  private volatile boolean settled;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "capture-heartbeat");
            thread.setDaemon(true);
            return thread;
          });

  Heartbeats(Connection connection, CaptureSettings settings, Consumer<Exception> onFailure) {
    this.connection = connection;
    this.shapes = new ShapeReader(connection, settings);
    this.every = settings.heartbeat();
    this.lease = settings.lease();
    this.onFailure = onFailure;
  }

  /** A server that does not answer for as long as the lease has let go of the lock. */
  void start() throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (int) lease.toMillis());
    timer.scheduleAtFixedRate(this::beatOrFail, 0, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The tables are as capture wants them: from now on messages say how they are. Until then it may
   * still change that itself, by adding one to the publication.
   */
  void settled() {
    settled = true;
  }

  private void beatOrFail() {
    try {
      beat();
    } catch (SQLException | RuntimeException e) {
      onFailure.accept(e);
      timer.shutdown();
    }
  }

  /** Reads the clock in a round trip of its own, so that it is clearly before the message. */
  private void beat() throws SQLException {
    long micros;
    try (PreparedStatement clock =
            connection.prepareStatement(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
        ResultSet row = clock.executeQuery()) {
      row.next();
      micros = row.getLong(1);
    }
    if (settled) {
      shapes.emit(PREFIX, micros);
    } else {
      emitClock(micros);
    }
  }

  private void emitClock(long micros) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      statement.setString(1, PREFIX);
      statement.setString(2, Long.toString(micros));
      statement.execute();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
