// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** Opens transactions that see one snapshot and print values alike on every server. */
final class ReadSession {
  private ReadSession() {}

  /** A read-only transaction of its own; it ends with {@link #close}. */
  static Connection open(DataSource database, List<String> searchPath) throws SQLException {
    Connection connection = database.getConnection();
    try {
      connection.setAutoCommit(false);
      String path = searchPath.stream().map(Identifier::quote).collect(joining(", "));
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        statement.execute("SET LOCAL search_path = " + (path.isEmpty() ? "pg_catalog" : path));
        statement.execute("SET LOCAL timezone = 'UTC'");
        statement.execute("SET LOCAL datestyle = 'ISO, MDY'");
        statement.execute("SET LOCAL intervalstyle = 'postgres'");
        statement.execute("SET LOCAL extra_float_digits = 1");
      }
      return connection;
    } catch (SQLException e) {
      close(connection);
      throw e;
    }
  }

  static void close(Connection connection) throws SQLException {
    try (connection) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
