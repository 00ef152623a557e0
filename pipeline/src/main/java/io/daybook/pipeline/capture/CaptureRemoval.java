// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Takes the replication slot and the publication out of the source again. */
public final class CaptureRemoval {
  private static final String APPLICATION = "daybook-uninstall";

  private final SourceDatabase source;
  private final String name;

  public CaptureRemoval(SourceDatabase source, Topics topics) {
    this.source = source;
    this.name = topics.sourceName();
  }

  /** What {@link #apply} would take away, a line each. */
  public List<String> plan() throws SQLException {
    try (Connection connection = source.connect(APPLICATION)) {
      return found(connection);
    }
  }

  /**
   * Drops both.
   *
   * @return what was done, a line each
   * @throws SQLException also when the slot is in use: capture must be stopped first
   */
  public List<String> apply() throws SQLException {
    List<String> done = new ArrayList<>();
    try (Connection connection = source.connect(APPLICATION)) {
      for (String each : found(connection)) {
        String sql =
            each.startsWith("slot")
                ? "SELECT pg_drop_replication_slot(" + Identifier.literal(name) + ")"
                : "DROP PUBLICATION " + Identifier.quote(name);
        try (Statement statement = connection.createStatement()) {
          statement.execute(sql);
        }
        done.add("dropped " + each);
      }
    }
    return done;
  }

  private List<String> found(Connection connection) throws SQLException {
    List<String> found = new ArrayList<>();
    if (exists(
        connection,
        "SELECT 1 FROM pg_replication_slots WHERE slot_name = ? AND database = current_database()")) {
      found.add("slot " + name);
    }
    if (exists(connection, "SELECT 1 FROM pg_publication WHERE pubname = ?")) {
      found.add("publication " + name);
    }
    return found;
  }

  private boolean exists(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
