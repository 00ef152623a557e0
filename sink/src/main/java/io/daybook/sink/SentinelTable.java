// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** {@code daybook.cache_sentinel}: what is remembered of the sentinel, outside of Redis. */
final class SentinelTable {
  private static final String READ = "SELECT lift, counter FROM daybook.cache_sentinel";

  /** A sink that is paused meanwhile does not hold up the others for ever. */
  private static final String LIMIT = "SET LOCAL idle_in_transaction_session_timeout = '10s'";

  private static final String CREATE =
      "INSERT INTO daybook.cache_sentinel DEFAULT VALUES ON CONFLICT DO NOTHING";

  private static final String RAISE =
      "UPDATE daybook.cache_sentinel SET lift = ?, counter = ? WHERE lift < ?";

  /**
   * Where another sink is recording its own counter, that one will do: all sinks would queue here.
   */
  private static final String RECORD =
      """
      WITH free AS (
        SELECT one_row FROM daybook.cache_sentinel WHERE counter < ?
        FOR NO KEY UPDATE SKIP LOCKED)
      UPDATE daybook.cache_sentinel s SET counter = ? FROM free WHERE s.one_row = free.one_row
      """;

  private SentinelTable() {}

  /** The lowest that the sentinel in Redis may show from now on, unless data was lost. */
  record Remembered(long lift, long counter) {}

  static Remembered read(Connection connection) throws SQLException {
    return read(connection, READ);
  }

  /** Keeps other sinks from beginning a lift until the transaction ends. */
  static Remembered lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(LIMIT);
    }
    return read(connection, READ + " FOR UPDATE");
  }

  private static Remembered read(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(sql)) {
        if (row.next()) {
          return new Remembered(row.getLong(1), row.getLong(2));
        }
      }
      statement.executeUpdate(CREATE);
    }
    return new Remembered(0, 0);
  }

  static void raise(Connection connection, Remembered to) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RAISE)) {
      statement.setLong(1, to.lift());
      statement.setLong(2, to.counter());
      statement.setLong(3, to.lift());
      statement.executeUpdate();
    }
  }

  static void record(Connection connection, long counter) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
      statement.setLong(1, counter);
      statement.setLong(2, counter);
      statement.executeUpdate();
    }
  }
}
