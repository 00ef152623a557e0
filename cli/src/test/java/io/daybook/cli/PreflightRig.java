// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** The servers that broken environments share, and those that are started for one of them. */
final class PreflightRig implements AutoCloseable {
  private final Path folder;
  private final EmbeddedStack stack;
  private TestBroker secured;
  private TestBroker own;
  private TestPostgres limited;

  private PreflightRig(Path folder) {
    this.folder = folder;
    this.stack = EmbeddedStack.start(StackSettings.in(folder.resolve("stack")));
  }

  static PreflightRig start(Path folder) throws SQLException {
    PreflightRig rig = new PreflightRig(folder);
    try (Connection connection = rig.stack.superuser().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'");
      statement.execute("SELECT pg_reload_conf()");
      statement.execute("CREATE ROLE daybook_sink NOLOGIN");
      statement.execute("CREATE ROLE daybook_reader NOLOGIN");
      statement.execute("CREATE ROLE daybook_serve NOLOGIN");
    }
    return rig;
  }

  EmbeddedStack stack() {
    return stack;
  }

  Path folder() {
    return folder;
  }

  /** Another Postgres, which is not set up for logical replication. */
  TestPostgres limited() throws IOException, SQLException {
    if (limited == null) {
      limited = TestPostgres.start(folder.resolve("limited"));
    }
    return limited;
  }

  /** A broker that gives no rights but by ACLs. */
  TestBroker secured() throws Exception {
    if (secured == null) {
      secured = TestBroker.start(folder.resolve("secured"), Map.of());
    }
    return secured;
  }

  /** A broker for one environment. */
  TestBroker own(Map<String, String> settings) throws Exception {
    own = TestBroker.start(folder.resolve("own"), settings);
    return own;
  }

  @Override
  public void close() throws Exception {
    try (AutoCloseable first = stack;
        AutoCloseable second = secured;
        AutoCloseable third = own;
        AutoCloseable fourth = limited) {
      // Each is closed, whatever becomes of the others.
    }
  }
}
