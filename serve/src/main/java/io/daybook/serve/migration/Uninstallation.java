// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import io.daybook.schemas.table.DaybookSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Takes everything of Daybook's out of the target database, in one transaction. */
public final class Uninstallation {
  /**
   * Uses of a role that remain: objects that it owns or was granted, in any database of the
   * cluster, and members. A role's creator is a member since PostgreSQL 16 and does not count.
   */
  private static final String REMAINING_USES =
      """
      SELECT (SELECT count(*)
              FROM   pg_shdepend d
              WHERE  d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid)
           + (SELECT count(*)
              FROM   pg_auth_members m
              WHERE  m.roleid = r.oid AND m.member <> (SELECT oid FROM pg_roles
                                                      WHERE rolname = current_user))
      FROM   pg_roles r
      WHERE  r.rolname = ?""";

  private static final String VIEWS_OF_OTHERS =
      """
      SELECT DISTINCT v.oid::regclass::text
      FROM   pg_class c
      JOIN   pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
      JOIN   pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
      JOIN   pg_class v ON v.oid = r.ev_class
      WHERE  c.relnamespace = to_regnamespace('daybook') AND v.relnamespace <> c.relnamespace
      ORDER  BY 1""";

  private final DataSource target;
  private final Duration lockWait;

  public Uninstallation(DataSource target, Duration lockWait) {
    this.target = target;
    this.lockWait = lockWait;
  }

  /** What {@link #apply} would take away, a line each; empty when nothing is installed. */
  public List<String> plan() throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = target.getConnection();
        Statement statement = connection.createStatement()) {
      TargetCatalogue catalogue = TargetCatalogue.read(connection);
      if (catalogue.schemaExists()) {
        found.add("schema daybook with all rollups in it");
      }
      try (ResultSet views = statement.executeQuery(VIEWS_OF_OTHERS)) {
        while (views.next()) {
          found.add("view %s, which reads from daybook".formatted(views.getString(1)));
        }
      }
      catalogue.roles().stream()
          .sorted()
          .forEach(role -> found.add("role %s, unless others use it".formatted(role)));
    }
    return found;
  }

  /**
   * Drops the schema with all in it, views of others over it included, and Daybook's roles unless
   * something else depends on them.
   *
   * @return what was done and what was left, a line each; "dropped …" or "kept …"
   */
  public List<String> apply() throws SQLException {
    List<String> done = new ArrayList<>();
    try (Connection connection = target.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        SchemaLock.take(connection, lockWait);
        TargetCatalogue catalogue = TargetCatalogue.read(connection);
        if (catalogue.schemaExists()) {
          statement.execute("DROP SCHEMA daybook CASCADE");
          done.add("dropped schema daybook");
        }
        for (String role : List.of(DaybookSchema.READER_ROLE, DaybookSchema.SINK_ROLE)) {
          if (catalogue.roles().contains(role)) {
            done.add(drop(connection, catalogue, role));
          }
        }
        connection.commit();
      } finally {
        connection.rollback();
      }
    }
    return done;
  }

  private static String drop(Connection connection, TargetCatalogue catalogue, String role)
      throws SQLException {
    long uses = remainingUses(connection, role);
    if (uses > 0) {
      return "kept role %s: %d grants or members still use it".formatted(role, uses);
    }
    if (!catalogue.mayCreateRoles()) {
      return "kept role %s: the target's user may not drop roles; DROP ROLE %s"
          .formatted(role, role);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP ROLE " + role);
    }
    return "dropped role " + role;
  }

  private static long remainingUses(Connection connection, String role) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REMAINING_USES)) {
      statement.setString(1, role);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
