// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The publication that the slot reads: exactly the captured tables, without column lists (one would
 * make the user's own ALTER TABLE fail). One that already serves is left as it is, so that the role
 * need not own it.
 */
final class SourcePublication {
  private final Connection connection;
  private final String name;

  SourcePublication(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /** Creates it, or adds the tables that it lacks. */
  void ensure(List<Table> tables) throws SQLException {
    String unfit = unfit();
    if (unfit == null) {
      execute(
          "CREATE PUBLICATION "
              + Identifier.quote(name)
              + " FOR TABLE "
              + list(names(tables))
              + " WITH (publish_via_partition_root = true)");
      return;
    }
    if (!unfit.isEmpty()) {
      throw new FatalCaptureException(
          "Publication '"
              + name
              + "' does not serve: "
              + unfit
              + ". Drop it, and capture creates it anew, or name another one");
    }
    Set<TableName> published = published();
    List<TableName> missing = new ArrayList<>(names(tables));
    missing.removeAll(published);
    if (!missing.isEmpty()) {
      execute("ALTER PUBLICATION " + Identifier.quote(name) + " ADD TABLE " + list(missing));
    }
  }

  /** What is wrong with an existing one, empty if nothing is, null if there is none. */
  private String unfit() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate, pubviaroot,"
                + " EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid"
                + " AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL))"
                + " FROM pg_publication p WHERE pubname = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        if (!row.getBoolean(1)) {
          return "it leaves out some of insert, update, delete and truncate";
        }
        if (!row.getBoolean(2)) {
          return "it does not publish via the partition root";
        }
        return row.getBoolean(3) ? "it has column lists or row filters" : "";
      }
    }
  }

  private Set<TableName> published() throws SQLException {
    Set<TableName> names = new HashSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          names.add(new TableName(row.getString(1), row.getString(2)));
        }
      }
    }
    return names;
  }

  private static List<TableName> names(List<Table> tables) {
    return tables.stream().map(Table::name).toList();
  }

  private static String list(List<TableName> names) {
    return names.stream().map(TableName::quoted).collect(Collectors.joining(", "));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
