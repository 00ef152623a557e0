// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import io.daybook.schemas.table.DaybookSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the target database has of Daybook's, read at one moment.
 *
 * @param schemaExists whether there is a schema {@code daybook}
 * @param roles those of Daybook's that exist
 * @param user who is connected
 * @param columns name → type of every relation and composite type in the schema, in order
 * @param functions name → source of every function in the schema
 * @param grants {@code object|role|privilege}; PUBLIC is written as such, the schema as its name
 * @param wholeIndexes name of the index over each partitioned table that has one
 * @param triggered tables that have the trigger by which the version of control grows
 */
record TargetCatalogue(
    boolean schemaExists,
    Set<String> roles,
    TargetUser user,
    Map<String, List<PresentColumn>> columns,
    Map<String, PresentFunction> functions,
    Set<String> grants,
    Map<String, String> wholeIndexes,
    Set<String> triggered) {

  record PresentColumn(String name, String type) {}

  /** A function's body, and its settings as {@code proconfig} keeps them. */
  record PresentFunction(String body, List<String> config) {}

  private static final String COLUMNS =
      """
      SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
      FROM   pg_class c
      LEFT   JOIN pg_attribute a
             ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE  c.relnamespace = to_regnamespace('daybook') AND c.relkind IN ('r', 'p', 'v', 'c', 'S')
      ORDER  BY c.relname, a.attnum""";

  private static final String FUNCTIONS =
      """
      SELECT proname, prosrc, coalesce(proconfig, '{}')
      FROM   pg_proc
      WHERE  pronamespace = to_regnamespace('daybook')""";

  private static final String GRANTS =
      """
      SELECT o.name || '|' || coalesce(r.rolname, 'PUBLIC') || '|' || a.privilege_type
      FROM  (SELECT relname::text AS name, relacl AS acl
             FROM   pg_class
             WHERE  relnamespace = to_regnamespace('daybook') AND relacl IS NOT NULL
             UNION  ALL
             SELECT proname, coalesce(proacl, acldefault('f', proowner))
             FROM   pg_proc
             WHERE  pronamespace = to_regnamespace('daybook')
             UNION  ALL
             SELECT nspname, nspacl
             FROM   pg_namespace
             WHERE  oid = to_regnamespace('daybook') AND nspacl IS NOT NULL) o,
             aclexplode(o.acl) a
      LEFT   JOIN pg_roles r ON r.oid = a.grantee""";

  private static final String WHOLE_INDEXES =
      """
      SELECT t.relname, i.relname
      FROM   pg_index x
      JOIN   pg_class i ON i.oid = x.indexrelid
      JOIN   pg_class t ON t.oid = x.indrelid
      WHERE  t.relnamespace = to_regnamespace('daybook') AND t.relkind = 'p'
        AND  x.indisunique AND x.indnullsnotdistinct""";

  private static final String TRIGGERED =
      """
      SELECT c.relname
      FROM   pg_trigger
      JOIN   pg_class c ON c.oid = tgrelid
      WHERE  c.relnamespace = to_regnamespace('daybook') AND tgname = 'control_version'""";

  static TargetCatalogue read(Connection target) throws SQLException {
    TargetUser user = TargetUser.read(target);
    return new TargetCatalogue(
        user.schemaOwner() != null,
        roles(target),
        user,
        columns(target),
        functions(target),
        grants(target),
        wholeIndexes(target),
        triggered(target));
  }

  boolean has(String name) {
    return columns.containsKey(name);
  }

  List<String> columnNames(String name) {
    return columns.getOrDefault(name, List.of()).stream().map(PresentColumn::name).toList();
  }

  boolean granted(String object, String role, String privilege) {
    return grants.contains(object + "|" + role + "|" + privilege);
  }

  private static Set<String> roles(Connection target) throws SQLException {
    Set<String> roles = new HashSet<>();
    try (PreparedStatement statement =
        target.prepareStatement("SELECT rolname FROM pg_roles WHERE rolname = ANY (?)")) {
      statement.setArray(1, target.createArrayOf("text", DaybookSchema.ROLES.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          roles.add(rows.getString(1));
        }
      }
    }
    return roles;
  }

  private static Map<String, List<PresentColumn>> columns(Connection target) throws SQLException {
    Map<String, List<PresentColumn>> columns = new HashMap<>();
    try (Statement statement = target.createStatement();
        ResultSet rows = statement.executeQuery(COLUMNS)) {
      while (rows.next()) {
        List<PresentColumn> of =
            columns.computeIfAbsent(rows.getString(1), name -> new ArrayList<>());
        if (rows.getString(2) != null) {
          of.add(new PresentColumn(rows.getString(2), rows.getString(3)));
        }
      }
    }
    return columns;
  }

  private static Map<String, PresentFunction> functions(Connection target) throws SQLException {
    Map<String, PresentFunction> functions = new HashMap<>();
    try (Statement statement = target.createStatement();
        ResultSet rows = statement.executeQuery(FUNCTIONS)) {
      while (rows.next()) {
        List<String> config = List.of((String[]) rows.getArray(3).getArray());
        functions.put(rows.getString(1), new PresentFunction(rows.getString(2), config));
      }
    }
    return functions;
  }

  private static Set<String> grants(Connection target) throws SQLException {
    Set<String> grants = new HashSet<>();
    try (Statement statement = target.createStatement();
        ResultSet rows = statement.executeQuery(GRANTS)) {
      while (rows.next()) {
        grants.add(rows.getString(1));
      }
    }
    return grants;
  }

  private static Set<String> triggered(Connection target) throws SQLException {
    Set<String> tables = new HashSet<>();
    try (Statement statement = target.createStatement();
        ResultSet rows = statement.executeQuery(TRIGGERED)) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return tables;
  }

  private static Map<String, String> wholeIndexes(Connection target) throws SQLException {
    Map<String, String> indexes = new HashMap<>();
    try (Statement statement = target.createStatement();
        ResultSet rows = statement.executeQuery(WHOLE_INDEXES)) {
      while (rows.next()) {
        indexes.put(rows.getString(1), rows.getString(2));
      }
    }
    return indexes;
  }
}
