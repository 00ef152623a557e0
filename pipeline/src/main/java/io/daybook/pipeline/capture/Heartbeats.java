// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes a message into the source's log at an interval: it comes back through the slot behind all
 * that committed before it, advances the slot of an idle database, and keeps the lock's session
 * alive.
 */
final class Heartbeats implements AutoCloseable {
  /** Prefix of the messages; {@code message.prefix.include.list} lets no other one through. */
  static final String PREFIX = "daybook";

  private final Connection connection;
  private final Consumer<Exception> onFailure;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "capture-heartbeat");
            thread.setDaemon(true);
            return thread;
          });

  Heartbeats(Connection connection, Consumer<Exception> onFailure) {
    this.connection = connection;
    this.onFailure = onFailure;
  }

  /** A server that does not answer for as long as the lease has let go of the lock. */
  void start(CaptureSettings settings) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (int) settings.lease().toMillis());
    long every = settings.heartbeat().toMillis();
    timer.scheduleAtFixedRate(this::beatOrFail, 0, every, TimeUnit.MILLISECONDS);
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
    try (PreparedStatement emit =
        connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      emit.setString(1, PREFIX);
      emit.setString(2, Long.toString(micros));
      emit.execute();
    }
  }

  /** The clock that a message carries, or null if the message is none of ours. */
  static Instant clockOf(byte[] content) {
    if (content.length == 0 || content.length > 18) {
      return null;
    }
    long micros = 0;
    for (byte digit : content) {
      if (digit < '0' || digit > '9') {
        return null;
      }
      micros = micros * 10 + (digit - '0');
    }
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
