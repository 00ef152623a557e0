// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.RandomDml;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** The site's database, source and target in one, reached without a proxy. */
final class Database {
  static final String NAME = "app";
  static final String OWNER = "owner";
  static final String SINK = "sink_only";

  private static final int ANSWER_SECONDS_MAX = 180;
  private static final String DEADLOCK = "40P01";
  private static final int DEADLOCKS_MAX = 20;

  private final int port;

  Database(int port) {
    this.port = port;
  }

  void create(String ddl) throws SQLException {
    try (Connection connection = connect("postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE owner LOGIN REPLICATION CREATEROLE PASSWORD 'secret'");
      statement.execute("CREATE ROLE sink_only LOGIN PASSWORD 'secret'");
      statement.execute("CREATE DATABASE app OWNER owner");
    }
    try (Connection connection = owner();
        Statement statement = connection.createStatement()) {
      statement.execute(ddl);
    }
  }

  /** As the owner of the tables. */
  Connection owner() throws SQLException {
    return connect(OWNER, NAME);
  }

  /** As the superuser. */
  Connection superuser() throws SQLException {
    return connect("postgres", NAME);
  }

  private Connection connect(String user, String database) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(database);
    source.setUser(user);
    source.setPassword("secret");
    source.setApplicationName("faults");
    source.setConnectTimeout(10);
    source.setSocketTimeout(ANSWER_SECONDS_MAX);
    return source.getConnection();
  }

  /** Runs a change as the owner, again if it meets a deadlock with the load; returns its rows. */
  int change(String sql, Object... values) throws SQLException {
    return change(this::owner, sql, values);
  }

  /** The same as the superuser. */
  int administer(String sql, Object... values) throws SQLException {
    return change(this::superuser, sql, values);
  }

  private static int change(RandomDml.Connections user, String sql, Object... values)
      throws SQLException {
    for (int deadlocks = 0; true; deadlocks++) {
      try (Connection connection = user.open();
          PreparedStatement statement = bound(connection, sql, values)) {
        return statement.execute() ? 0 : Math.max(0, statement.getUpdateCount());
      } catch (SQLException e) {
        if (!DEADLOCK.equals(e.getSQLState()) || deadlocks == DEADLOCKS_MAX) {
          throw e;
        }
      }
    }
  }

  /** The first column of all rows, as the superuser. */
  List<String> column(String sql, Object... values) throws SQLException {
    try (Connection connection = superuser();
        PreparedStatement statement = bound(connection, sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<String> column = new ArrayList<>();
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    }
  }

  /** One number, as the superuser. */
  long number(String sql, Object... values) throws SQLException {
    return Long.parseLong(column(sql, values).get(0));
  }

  private static PreparedStatement bound(Connection connection, String sql, Object... values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
