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
   * Uses of a role that remain, in this database or another one of the cluster: objects that it
   * owns or was granted. Its members are none: without the schema it gives them nothing.
   */
  private static final String REMAINING_USES =
      """
      SELECT count(*) FILTER (WHERE d.dbid = c.oid), count(*) FILTER (WHERE d.dbid <> c.oid)
      FROM   pg_roles r
      JOIN   pg_database c ON c.datname = current_database()
      LEFT   JOIN pg_shdepend d
             ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
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

  private static final String DROP_SCHEMA = "DROP SCHEMA daybook CASCADE";

  private final DataSource target;
  private final Duration lockWait;

  public Uninstallation(DataSource target, Duration lockWait) {
    this.target = target;
    this.lockWait = lockWait;
  }

  /**
   * What came of it.
   *
   * @param done and what was kept because others use it, a line each: "dropped …", "kept …"
   * @param left what the target's user may not drop, and who may
   */
  public record Result(List<String> done, List<Step> left) {}

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

  /** What {@link #apply} would leave, since the target's user may not drop it. */
  public List<Step> left() throws SQLException {
    List<Step> left = new ArrayList<>();
    try (Connection connection = target.getConnection()) {
      TargetCatalogue catalogue = TargetCatalogue.read(connection);
      TargetUser user = catalogue.user();
      if (catalogue.schemaExists() && !user.ownsSchema()) {
        left.add(schemaOfAnother(user));
      }
      for (String role : DaybookSchema.ROLES) {
        boolean ours = left.isEmpty() && user.administers().contains(role);
        if (catalogue.roles().contains(role) && !ours) {
          left.add(roleOfAnother(role));
        }
      }
    }
    return left;
  }

  private static Step schemaOfAnother(TargetUser user) {
    return new Step("schema daybook", DROP_SCHEMA, true, user.schemaOwnerInWords(), false);
  }

  private static Step roleOfAnother(String role) {
    return new Step("role " + role, "DROP ROLE " + role, true, TargetUser.ROLE_ADMIN, false);
  }

  /**
   * Drops the schema with all in it, views of others over it included, and Daybook's roles unless
   * another database of the cluster depends on them.
   */
  public Result apply() throws SQLException {
    Result result = new Result(new ArrayList<>(), new ArrayList<>());
    try (Connection connection = target.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        SchemaLock.take(connection, lockWait);
        TargetCatalogue catalogue = TargetCatalogue.read(connection);
        if (catalogue.schemaExists()) {
          schema(statement, catalogue.user(), result);
        }
        for (String role : DaybookSchema.ROLES) {
          if (catalogue.roles().contains(role)) {
            role(connection, catalogue.user(), role, result);
          }
        }
        connection.commit();
      } finally {
        connection.rollback();
      }
    }
    return result;
  }

  private static void schema(Statement statement, TargetUser user, Result result)
      throws SQLException {
    if (!user.ownsSchema()) {
      result.left().add(schemaOfAnother(user));
      return;
    }
    statement.execute(DROP_SCHEMA);
    result.done().add("dropped schema daybook");
  }

  /** A schema that was left goes before the roles, so they are left too. */
  private static void role(Connection connection, TargetUser user, String role, Result result)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REMAINING_USES)) {
      statement.setString(1, role);
      try (ResultSet uses = statement.executeQuery()) {
        uses.next();
        boolean schemaLeft = !result.left().isEmpty();
        long others = uses.getLong(2) + (schemaLeft ? 0 : uses.getLong(1));
        if (others > 0) {
          result
              .done()
              .add("kept role %s: %d grants on other objects use it".formatted(role, others));
        } else if (schemaLeft || !user.administers().contains(role)) {
          result.left().add(roleOfAnother(role));
        } else {
          drop(connection, role);
          result.done().add("dropped role " + role);
        }
      }
    }
  }

  private static void drop(Connection connection, String role) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP ROLE " + role);
    }
  }
}
