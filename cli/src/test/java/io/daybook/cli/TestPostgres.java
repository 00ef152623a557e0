// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * A Postgres as it is without a thought of logical replication; somebody has its only slot and its
 * only walsender.
 */
final class TestPostgres implements AutoCloseable {
  private final Path folder;
  private EmbeddedPostgres server;
  private Connection walsender;

  private TestPostgres(Path folder) {
    this.folder = folder;
  }

  static TestPostgres start(Path folder) throws IOException, SQLException {
    TestPostgres postgres = new TestPostgres(folder);
    postgres.server = postgres.launch(0);
    try (Connection connection = postgres.superuser("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET max_replication_slots = 1");
      statement.execute("ALTER SYSTEM SET max_wal_senders = 1");
    }
    postgres.restart();
    try (Connection connection = postgres.superuser("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_create_physical_replication_slot('somebody')");
    }
    Properties replication = new Properties();
    replication.setProperty("replication", "database");
    replication.setProperty("preferQueryMode", "simple");
    replication.setProperty("assumeMinServerVersion", "15");
    replication.setProperty("user", "postgres");
    postgres.walsender =
        DriverManager.getConnection(
            postgres.server.getJdbcUrl("postgres", "postgres"), replication);
    return postgres;
  }

  private EmbeddedPostgres launch(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder().setDataDirectory(folder).setCleanDataDirectory(false);
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  Connection superuser(String database) throws SQLException {
    return server.getDatabase("postgres", database).getConnection();
  }

  /** With what ALTER SYSTEM has said, on the same port. */
  void restart() throws IOException {
    int port = server.getPort();
    server.close();
    server = launch(port);
  }

  @Override
  public void close() throws IOException, SQLException {
    walsender.close();
    server.close();
  }
}
