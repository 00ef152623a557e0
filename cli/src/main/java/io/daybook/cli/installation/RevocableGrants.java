// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.catalogue.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Privileges of the kinds that {@code migrate} asks for and that are there: those on the user's own
 * objects, which go with nothing of Daybook's. Whether they serve something else too is not known.
 */
public final class RevocableGrants {
  private static final String ON_TABLES =
      """
      SELECT format('REVOKE SELECT ON %I.%I FROM %I', n.nspname, c.relname, r.rolname),
             pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'USAGE')
      FROM   unnest(?::text[]) t
      JOIN   pg_class c ON c.oid = to_regclass(t)
      JOIN   pg_namespace n ON n.oid = c.relnamespace
      CROSS  JOIN aclexplode(c.relacl) a
      JOIN   pg_roles r ON r.oid = a.grantee
      WHERE  a.privilege_type = 'SELECT' AND r.rolname = ANY (?) AND c.relowner <> r.oid
      ORDER  BY 1""";

  private static final String ON_SCHEMAS =
      """
      SELECT DISTINCT format('REVOKE USAGE ON SCHEMA %I FROM %I', n.nspname, r.rolname),
             pg_get_userbyid(n.nspowner), pg_has_role(n.nspowner, 'USAGE')
      FROM   unnest(?::text[]) t
      JOIN   pg_class c ON c.oid = to_regclass(t)
      JOIN   pg_namespace n ON n.oid = c.relnamespace
      CROSS  JOIN aclexplode(n.nspacl) a
      JOIN   pg_roles r ON r.oid = a.grantee
      WHERE  a.privilege_type = 'USAGE' AND r.rolname = ANY (?) AND n.nspowner <> r.oid
      ORDER  BY 1""";

  private static final String ON_DATABASE =
      """
      SELECT format('REVOKE CREATE ON DATABASE %I FROM %I', d.datname, r.rolname),
             pg_get_userbyid(d.datdba), pg_has_role(d.datdba, 'USAGE')
      FROM   pg_database d
      CROSS  JOIN aclexplode(d.datacl) a
      JOIN   pg_roles r ON r.oid = a.grantee
      WHERE  d.datname = current_database() AND a.privilege_type = 'CREATE'
        AND  (r.rolname = ? OR r.oid = (SELECT pubowner FROM pg_publication WHERE pubname = ?))
        AND  d.datdba <> r.oid
      ORDER  BY 1""";

  private final Installation installation;
  private final Set<SqlStep> found = new LinkedHashSet<>();

  private RevocableGrants(Installation installation) {
    this.installation = installation;
  }

  /** Looks for them, while the definitions that say for which tables are still there. */
  public static SqlParts find(Installation installation) throws SQLException {
    RevocableGrants grants = new RevocableGrants(installation);
    grants.inSource();
    grants.inTarget();
    return SqlParts.of(List.copyOf(grants.found));
  }

  private void inSource() throws SQLException {
    List<String> users = new ArrayList<>();
    try (Connection source = installation.source().getConnection()) {
      users.add(source.getMetaData().getUserName());
      if (installation.config().target().user() != null && installation.sourceIsTarget()) {
        users.add(installation.config().target().user());
      }
      String[] tables =
          tables().stream().map(table -> table.name().quoted()).toArray(String[]::new);
      for (String query : List.of(ON_TABLES, ON_SCHEMAS)) {
        try (PreparedStatement statement = source.prepareStatement(query)) {
          statement.setArray(1, source.createArrayOf("text", tables));
          statement.setArray(2, source.createArrayOf("text", users.toArray()));
          String kind = query.equals(ON_TABLES) ? "tables" : "schema";
          add(statement, "the owner of the " + kind, false);
        }
      }
      onDatabase(source, "", false);
    }
  }

  private void inTarget() throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      onDatabase(target, target.getMetaData().getUserName(), true);
    }
  }

  private void onDatabase(Connection connection, String user, boolean target) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ON_DATABASE)) {
      statement.setString(1, user);
      statement.setString(2, installation.topics().sourceName());
      add(statement, "the owner of the database", target);
    }
  }

  private void add(PreparedStatement query, String runner, boolean target) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        found.add(
            new SqlStep(
                "a privilege that may have been for Daybook alone",
                row.getString(1),
                "%s (%s)".formatted(runner, row.getString(2)),
                row.getBoolean(3),
                target ? installation.config().target() : installation.config().source()));
      }
    }
  }

  private List<Table> tables() {
    try {
      return Installation.tablesOf(installation.installed());
    } catch (RefusedByState nothingInstalled) {
      return List.of();
    }
  }
}
