// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the source must have before capture starts: a publication of the captured tables, and users
 * who may read them. Source tables are altered in nothing.
 */
public final class SourceSetup {
  private static final String APPLICATION = "daybook-migrate";

  private static final String READS =
      """
      SELECT has_schema_privilege(r.oid, n.oid, 'USAGE'),
             has_table_privilege(r.oid, c.oid, 'SELECT')
             OR (SELECT bool_and(has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT'))
                 FROM   pg_attribute a
                 WHERE  a.attrelid = c.oid AND a.attname = ANY (?)),
             pg_get_userbyid(n.nspowner), pg_has_role(n.nspowner, 'USAGE'),
             pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'USAGE')
      FROM   pg_class c
      JOIN   pg_namespace n ON n.oid = c.relnamespace
      JOIN   pg_roles r ON r.rolname = ?
      WHERE  n.nspname = ? AND c.relname = ?""";

  private final SourceDatabase source;
  private final String publication;
  private final List<Table> tables;
  private final Set<String> readers;

  /**
   * @param readers further users of the source's database who must read the tables
   */
  public SourceSetup(
      SourceDatabase source, Topics topics, List<Table> tables, Set<String> readers) {
    this.source = source;
    this.publication = topics.sourceName();
    this.tables = List.copyOf(tables);
    this.readers = Set.copyOf(readers);
  }

  /**
   * What is missing; changes nothing.
   *
   * @throws FatalCaptureException where a table or the publication cannot serve as it is
   */
  public List<SourceStep> plan() throws SQLException {
    try (Connection connection = source.connect(APPLICATION)) {
      SourceTables.check(connection, tables);
      List<SourceStep> steps =
          new ArrayList<>(new SourcePublication(connection, publication).plan(tables));
      Set<String> users = new LinkedHashSet<>();
      users.add(connection.getMetaData().getUserName());
      users.addAll(readers);
      for (String user : users) {
        steps.addAll(grants(connection, user));
      }
      return steps;
    }
  }

  /** Does what the source's user may. */
  public void apply() throws SQLException {
    List<SourceStep> steps = plan();
    try (Connection connection = source.connect(APPLICATION);
        Statement statement = connection.createStatement()) {
      for (SourceStep step : steps) {
        if (step.ours()) {
          statement.execute(step.sql());
        }
      }
    }
  }

  private Set<SourceStep> grants(Connection connection, String user) throws SQLException {
    Set<SourceStep> grants = new LinkedHashSet<>();
    for (Table table : tables) {
      try (PreparedStatement statement = connection.prepareStatement(READS)) {
        statement.setArray(
            1,
            connection.createArrayOf(
                "text", table.columns().stream().map(each -> each.name()).toArray()));
        statement.setString(2, user);
        statement.setString(3, table.name().schema());
        statement.setString(4, table.name().name());
        try (ResultSet row = statement.executeQuery()) {
          if (row.next()) {
            grants(row, table, user, grants);
          }
        }
      }
    }
    return grants;
  }

  private static void grants(ResultSet row, Table table, String user, Set<SourceStep> to)
      throws SQLException {
    String schema = Identifier.quote(table.name().schema());
    if (!row.getBoolean(1)) {
      to.add(
          new SourceStep(
              "%s may use the schema %s".formatted(user, table.name().schema()),
              "GRANT USAGE ON SCHEMA %s TO %s".formatted(schema, Identifier.quote(user)),
              "the owner of the schema (" + row.getString(3) + ")",
              row.getBoolean(4)));
    }
    if (!row.getBoolean(2)) {
      to.add(
          new SourceStep(
              "%s may read %s".formatted(user, table.name().quoted()),
              "GRANT SELECT ON %s TO %s".formatted(table.name().quoted(), Identifier.quote(user)),
              SourcePublication.ownerOfTables(Set.of(row.getString(5))),
              row.getBoolean(6)));
    }
  }
}
