// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import io.daybook.schemas.table.DaybookSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * The connected user of the target, and what it may do.
 *
 * @param databaseOwner who may let others create schemas in the database
 * @param administers those of Daybook's roles that exist and that it may grant and drop
 * @param ownsSchema whether the schema {@code daybook} exists and is its own to drop
 * @param schemaOwner null where there is no such schema
 */
record TargetUser(
    String name,
    String database,
    String databaseOwner,
    boolean mayCreateRoles,
    boolean mayCreateSchemas,
    Set<String> administers,
    boolean ownsSchema,
    String schemaOwner) {
  static final String ROLE_ADMIN = "a role that may create roles";

  private static final String USER =
      """
      SELECT u.rolname,
             d.datname,
             pg_get_userbyid(d.datdba),
             u.rolcreaterole OR u.rolsuper,
             has_database_privilege(d.oid, 'CREATE'),
             coalesce(pg_has_role(n.nspowner, 'USAGE'), false),
             pg_get_userbyid(n.nspowner)
      FROM   pg_roles u
      JOIN   pg_database d ON d.datname = current_database()
      LEFT   JOIN pg_namespace n ON n.nspname = 'daybook'
      WHERE  u.rolname = current_user""";

  /** Since PostgreSQL 16 the right to create roles is none over those that others have created. */
  private static final String ADMINISTERS =
      """
      SELECT r.rolname
      FROM   pg_roles r, pg_roles u
      WHERE  r.rolname = ANY (?) AND u.rolname = current_user
      AND   (u.rolsuper
             OR u.rolcreaterole AND (current_setting('server_version_num')::int < 160000
                                     OR pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION')))""";

  static TargetUser read(Connection target) throws SQLException {
    Set<String> administers = new HashSet<>();
    try (PreparedStatement statement = target.prepareStatement(ADMINISTERS)) {
      statement.setArray(1, target.createArrayOf("text", DaybookSchema.ROLES.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          administers.add(rows.getString(1));
        }
      }
    }
    try (Statement statement = target.createStatement();
        ResultSet row = statement.executeQuery(USER)) {
      row.next();
      return new TargetUser(
          row.getString(1),
          row.getString(2),
          row.getString(3),
          row.getBoolean(4),
          row.getBoolean(5),
          administers,
          row.getBoolean(6),
          row.getString(7));
    }
  }

  String databaseOwnerInWords() {
    return "the owner of the database (" + databaseOwner + ")";
  }

  String schemaOwnerInWords() {
    return "the owner of the schema daybook (" + schemaOwner + ")";
  }
}
