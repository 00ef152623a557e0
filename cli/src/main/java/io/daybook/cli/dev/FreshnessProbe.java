// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import io.daybook.schemas.text.Durations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Measures how long after its commit a change can be read: inserts a message for a workspace made
 * for it, and looks with a second connection until the rollup counts it.
 */
final class FreshnessProbe implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(2);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration GIVE_UP = Duration.ofMinutes(3);

  /** With ids that the live load leaves alone. */
  private static final String INSERT =
      """
      WITH suffix (text) AS (VALUES ('-probe-' || ?)),
      client AS (
        INSERT INTO "Client" (id, name, "createdAt")
        SELECT (SELECT min(id) FROM "Client") || text, 'Freshness probe', timestamp '2000-01-01'
        FROM suffix RETURNING id),
      lead AS (
        INSERT INTO "Lead" (id, "clientId", status, "alternateEmails", "createdAt", "updatedAt")
        SELECT (SELECT min(id) FROM "Lead") || text, client.id, 'new', '{}', localtimestamp,
               localtimestamp
        FROM suffix, client RETURNING id, "clientId"),
      message AS (
        INSERT INTO "Message" (id, "leadId", channel, source, direction, body, "isRead", "sentAt",
                               "createdAt")
        SELECT (SELECT min(id) FROM "Message") || text, lead.id, 'email', 'zrg', 'inbound', 'probe',
               false, localtimestamp, localtimestamp
        FROM suffix, lead)
      SELECT "clientId" FROM lead""";

  private static final String LOOK =
      "SELECT 1 FROM daybook.workspace_daily WHERE workspace_id = ? AND messages_inbound = 1";
  private static final String DELETE = "DELETE FROM \"Client\" WHERE id = ?";

  private final DataSource source;
  private final List<Long> millis = new CopyOnWriteArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "freshness-probe");

  private FreshnessProbe(DataSource source) {
    this.source = source;
  }

  static FreshnessProbe start(DataSource source) {
    FreshnessProbe probe = new FreshnessProbe(source);
    probe.thread.start();
    return probe;
  }

  /** One figure for each message so far. */
  List<Long> millis() {
    return List.copyOf(millis);
  }

  /** What ended the probe before it was closed. */
  Optional<Exception> failure() {
    return Optional.ofNullable(failure.get());
  }

  private void run() {
    try (Connection writer = source.getConnection();
        Connection reader = source.getConnection()) {
      while (!stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        sample(writer, reader, UUID.randomUUID().toString());
      }
    } catch (SQLException | RuntimeException e) {
      failure.set(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits to the end, also when told to stop: leaving the slow ones out would flatter. */
  private void sample(Connection writer, Connection reader, String name) throws SQLException {
    String workspace = insert(writer, name);
    long committed = System.nanoTime();
    while (!exists(reader, LOOK, workspace)) {
      long waited = System.nanoTime() - committed;
      if (waited > GIVE_UP.toNanos()) {
        throw new IllegalStateException(
            "A committed message was not in the rollup after " + Durations.text(GIVE_UP));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    millis.add((System.nanoTime() - committed) / 1_000_000);
    update(writer, DELETE, workspace);
  }

  /** Inserts workspace, lead and message; answers the workspace. */
  private static String insert(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static void update(Connection connection, String sql, String workspace)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, workspace);
      statement.executeUpdate();
    }
  }

  private static boolean exists(Connection connection, String sql, String workspace)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, workspace);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.join();
  }
}
