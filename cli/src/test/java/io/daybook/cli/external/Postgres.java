// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A Postgres server that runs outside of this JVM. */
interface Postgres extends AutoCloseable {
  /** The superuser's name and, where one is asked for, password. */
  String SUPERUSER = "postgres";

  String PASSWORD = "Secret0of1the2walk";

  int port();

  /** What every client's URI must say besides the address: {@code ?sslmode=…}, or nothing. */
  String parameters();

  @Override
  void close() throws Exception;

  default String uri(String user, String database) {
    return "postgresql://%s:%s@localhost:%d/%s%s"
        .formatted(user, PASSWORD, port(), database, parameters());
  }

  default Connection connect(String user, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://localhost:%d/%s%s".formatted(port(), database, parameters()),
        user,
        PASSWORD);
  }

  default void execute(String user, String database, String... sql) throws SQLException {
    try (Connection connection = connect(user, database);
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        statement.execute(each);
      }
    }
  }

  default String one(String user, String database, String sql) throws SQLException {
    try (Connection connection = connect(user, database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "none";
    }
  }
}
