// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the target, opened when it is needed and again after it was lost. */
final class TargetSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TargetSession.class);

  /** Half-open connections are noticed this long after the server must have answered. */
  private static final Duration SOCKET_SLACK = Duration.ofSeconds(10);

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

  /**
   * A sink that stands still, or was cut off, within a transaction holds the rows that its
   * successor must take over: Postgres ends it about when Kafka gives its partitions away.
   */
  private static final Duration STILL_MAX = Duration.ofSeconds(10);

  private final SinkSettings.Target target;
  private final String applicationName;
  private Connection connection;

  TargetSession(SinkSettings.Target target, String applicationName) {
    this.target = target;
    this.applicationName = applicationName;
  }

  /** Statements of one transaction. */
  interface Work<T, E extends Exception> {
    T run(Connection connection) throws SQLException, E;
  }

  /** Commits what the work did, or rolls all of it back. */
  <T, E extends Exception> T inTransaction(Work<T, E> work) throws SQLException, E {
    Connection open = open();
    boolean committed = false;
    try {
      T result = work.run(open);
      open.commit();
      committed = true;
      return result;
    } catch (SQLException e) {
      if (Recovery.from(e) == Recovery.RECONNECT) {
        discard();
      }
      throw e;
    } finally {
      if (!committed) {
        rollBack();
      }
    }
  }

  /** Runs the work and rolls it back: a trial. */
  void inTrial(Work<Void, SQLException> work) throws SQLException {
    try {
      work.run(open());
    } finally {
      rollBack();
    }
  }

  private Connection open() throws SQLException {
    if (connection == null) {
      Connection opened = connect();
      try (Statement statement = opened.createStatement()) {
        opened.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        statement.execute("SET lock_timeout = " + target.lockTimeout().toMillis());
        statement.execute("SET statement_timeout = " + target.statementTimeout().toMillis());
        statement.execute("SET idle_in_transaction_session_timeout = " + STILL_MAX.toMillis());
        statement.execute("SET TimeZone = 'UTC'");
        statement.execute("SET DateStyle = 'ISO, YMD'");
        opened.setAutoCommit(false);
      } catch (SQLException e) {
        opened.close();
        throw e;
      }
      connection = opened;
    }
    return connection;
  }

  private Connection connect() throws SQLException {
    try {
      return DriverManager.getConnection(target.url(), properties());
    } catch (SQLException e) {
      throw new SQLException(
          "No connection to the sink's target, " + target + ": " + e.getMessage(),
          e.getSQLState(),
          e.getErrorCode(),
          e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    if (target.user() != null) {
      properties.setProperty("user", target.user());
    }
    if (target.password() != null) {
      properties.setProperty("password", target.password());
    }
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", Long.toString(CONNECT_WITHIN.toSeconds()));
    Duration socketTimeout = target.statementTimeout().plus(SOCKET_SLACK);
    properties.setProperty("socketTimeout", Long.toString(socketTimeout.toSeconds()));
    return properties;
  }

  /** A connection that cannot roll back is of no use any more; the server rolls back by itself. */
  private void rollBack() {
    if (connection == null) {
      return;
    }
    try {
      connection.rollback();
    } catch (SQLException lost) {
      discard();
    }
  }

  private void discard() {
    Connection lost = connection;
    connection = null;
    try {
      lost.close();
    } catch (SQLException alreadyGone) {
      // Closing frees what this side holds even where the other side is gone.
      LOG.debug("The lost connection did not close: {}", alreadyGone.getMessage());
    }
  }

  @Override
  public void close() {
    if (connection != null) {
      discard();
    }
  }
}
