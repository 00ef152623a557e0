// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import io.daybook.cli.dev.stack.EmbeddedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import javax.sql.DataSource;

/**
 * The database of the sales inbox in the embedded Postgres. Its owner captures and migrates; the
 * sink has a user of its own that may do nothing but write rollups, and the API one that may do
 * nothing but read them.
 */
public final class Source {
  static final String DATABASE = "inbox";
  public static final String OWNER = "inbox";
  public static final String SINK_USER = "inbox_rollups";
  static final String READER = "inbox_reader";

  private static final String PASSWORD = "inbox";

  private final EmbeddedStack stack;

  public Source(EmbeddedStack stack) {
    this.stack = stack;
  }

  /** Creates users, database and tables where they are missing; true where they were. */
  public boolean create(Path home) throws SQLException, IOException {
    try (Connection connection = stack.superuser().getConnection()) {
      if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = '" + READER + "'")) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("CREATE ROLE inbox_reader LOGIN PASSWORD '" + PASSWORD + "'");
        }
      }
      if (exists(connection, "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        return false;
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE ROLE inbox LOGIN REPLICATION CREATEROLE PASSWORD '" + PASSWORD + "'");
        statement.execute("CREATE ROLE inbox_rollups LOGIN PASSWORD '" + PASSWORD + "'");
        statement.execute("CREATE DATABASE inbox OWNER inbox");
      }
    }
    try (Connection connection = owner().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(Files.readString(home.resolve("schemas/reference/schema.sql")));
    }
    return true;
  }

  /** Fills the tables. */
  public SampleData.Counts fill(long seed, int scale) throws SQLException {
    try (Connection connection = owner().getConnection()) {
      return new SampleData(seed, scale, Instant.now()).load(connection);
    }
  }

  /** As the owner. */
  public DataSource owner() {
    return jdbc(OWNER);
  }

  /** As psql takes it. */
  public String uri(String user) {
    return uri(user, DATABASE);
  }

  /** The same for another database of this server. */
  public String uri(String user, String database) {
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(user, PASSWORD, stack.host(), stack.postgresPort(), database);
  }

  private DataSource jdbc(String user) {
    org.postgresql.ds.PGSimpleDataSource source = new org.postgresql.ds.PGSimpleDataSource();
    source.setUrl(stack.sourceJdbcUrl(user, PASSWORD, DATABASE));
    return source;
  }

  private static boolean exists(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next();
    }
  }
}
