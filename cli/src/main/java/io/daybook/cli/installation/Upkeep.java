// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process of the installation does at a time for all of them: verifications, rows that are
 * sent again, and the steps of generations.
 *
 * <p>It runs beside every sink: where one is at work, the target can be reached, and without one no
 * rollup is ever complete. A lock in the target lets one of them work at a time; how far it has
 * come stands in tables, so that any other one can go on.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration END_WITHIN = Duration.ofSeconds(5);

  /** The session that holds it ends with its process. */
  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('daybook-upkeep', 0))";

  private static final String UNLOCK =
      "SELECT pg_advisory_unlock(hashtextextended('daybook-upkeep', 0))";

  /** Something to do now and then; one thread's. */
  interface Task {

    /** Whether there is something to do; a glance. */
    boolean isDue(Connection target) throws SQLException;

    /** Does it, or a part of it, as it stands by now: another process may have been at it. */
    void run(Connection target) throws SQLException, InterruptedException;
  }

  private final DataSource target;
  private final List<Task> tasks;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "upkeep");
  private Connection connection;
  private String lastTrouble;

  /**
   * @param rollups the generations that this process keeps up to date
   */
  Upkeep(
      Installation installation, Supplier<List<Rollup>> rollups, RunningGenerations generations) {
    this.target = installation.target();
    this.tasks =
        List.of(
            new RefreshKeeper(installation, rollups),
            new Verifications(installation, rollups),
            new ScheduleKeeper(installation, rollups),
            new OperationKeeper(installation, rollups),
            new GenerationKeeper(installation, generations));
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stop.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          look();
          lastTrouble = null;
        } catch (SQLException | RuntimeException e) {
          trouble(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  private void look() throws SQLException, InterruptedException {
    try {
      if (connection == null) {
        connection = target.getConnection();
      }
      for (Task task : tasks) {
        if (task.isDue(connection) && asked(TRY_LOCK)) {
          task.run(connection);
          asked(UNLOCK);
        }
      }
    } catch (SQLException | RuntimeException e) {
      disconnect(); // with the lock
      throw e;
    }
  }

  private boolean asked(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void disconnect() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("A connection that is of no use did not close: {}", e.getMessage());
      }
      connection = null;
    }
  }

  /** Once for each: the sink says it too where the target is away. */
  private void trouble(Exception e) {
    String what = String.valueOf(e.getMessage());
    if (!what.equals(lastTrouble)) {
      LOG.warn("Rollups cannot be verified or built now: {}", what);
      lastTrouble = what;
    }
  }

  @Override
  public void close() {
    stop.countDown();
    thread.interrupt();
    try {
      thread.join(END_WITHIN.toMillis());
      if (thread.isAlive()) {
        LOG.debug("A comparison is still under way, and of no use any more");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
