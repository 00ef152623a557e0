// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.config.PostgresUri;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/** A connection that only reads and waits for nothing longer than the limit. */
final class PostgresSession implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);

  private final DataSource dataSource;
  private final Connection connection;

  private PostgresSession(DataSource dataSource, Connection connection) {
    this.dataSource = dataSource;
    this.connection = connection;
  }

  static PostgresSession open(PostgresUri uri) throws SQLException {
    DataSource dataSource = uri.dataSource(LIMIT);
    Connection connection = dataSource.getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = " + LIMIT.toMillis());
      connection.setReadOnly(true);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return new PostgresSession(dataSource, connection);
  }

  /** Makes one row of an answer into a value. */
  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  <T> List<T> list(String sql, Reader<T> reader, Object... parameters) throws SQLException {
    List<T> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.add(reader.read(row));
        }
      }
    }
    return rows;
  }

  /** The only row of an answer that always has one. */
  <T> T one(String sql, Reader<T> reader, Object... parameters) throws SQLException {
    return list(sql, reader, parameters).get(0);
  }

  boolean truth(String sql, Object... parameters) throws SQLException {
    return one(sql, row -> row.getBoolean(1), parameters);
  }

  long number(String sql, Object... parameters) throws SQLException {
    return one(sql, row -> row.getLong(1), parameters);
  }

  String text(String sql, Object... parameters) throws SQLException {
    return one(sql, row -> row.getString(1), parameters);
  }

  List<String> texts(String sql, Object... parameters) throws SQLException {
    return list(sql, row -> row.getString(1), parameters);
  }

  /** An array column. */
  static List<String> array(ResultSet row, String column) throws SQLException {
    return Arrays.asList((String[]) row.getArray(column).getArray());
  }

  Object arrayOf(List<String> texts) throws SQLException {
    return connection.createArrayOf("text", texts.toArray());
  }

  /** The connection itself, for readers that take one. */
  Connection connection() {
    return connection;
  }

  /** New connections with the same limits. */
  DataSource dataSource() {
    return dataSource;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException alreadyGone) {
      // Nothing is lost with a connection that only reads.
    }
  }
}
