// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What must hold of a table before it may enter a publication. */
final class SourceTables {

  /**
   * The replica identity of a partition decides for its rows, so all leaves are looked at. An index
   * as identity must hold the primary key: it is all that a delete carries.
   */
  private static final String LOOK =
      """
      SELECT c.relkind IN ('r', 'p'),
             ARRAY(SELECT a.attname::text
                   FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place),
                        pg_attribute a
                   WHERE i.indrelid = c.oid AND i.indisprimary
                     AND a.attrelid = c.oid AND a.attnum = k.attnum
                   ORDER BY k.place),
             ARRAY(SELECT leaf.oid::regclass::text
                   FROM pg_class leaf
                   WHERE leaf.oid IN (SELECT c.oid WHERE c.relkind = 'r'
                                      UNION ALL
                                      SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)
                     AND leaf.relkind = 'r'
                     AND (leaf.relreplident = 'n'
                          OR leaf.relreplident = 'i' AND NOT EXISTS (
                               SELECT FROM pg_index p, pg_index r
                               WHERE p.indrelid = leaf.oid AND p.indisprimary
                                 AND r.indrelid = leaf.oid AND r.indisreplident
                                 AND r.indkey::int2[] @> p.indkey::int2[]))),
             row_security_active(c.oid),
             ARRAY(SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                   FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
             ARRAY(SELECT leaf.oid::regclass::text
                   FROM pg_class leaf
                   WHERE leaf.oid IN (SELECT c.oid WHERE c.relkind = 'r'
                                      UNION ALL
                                      SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)
                     AND leaf.relkind <> 'p'
                     AND (leaf.relkind <> 'r' OR leaf.relpersistence <> 'p')),
             ARRAY(SELECT i.inhrelid::regclass::text
                   FROM pg_inherits i WHERE i.inhparent = c.oid AND c.relkind = 'r')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ?
      """;

  private SourceTables() {}

  /** Throws one {@link FatalCaptureException} that names every table that cannot be captured. */
  static void check(Connection connection, List<Table> tables) throws SQLException {
    List<String> problems = new ArrayList<>();
    for (Table table : tables) {
      String problem = problem(connection, table);
      if (problem != null) {
        problems.add(table.name().quoted() + " " + problem);
      }
    }
    if (!problems.isEmpty()) {
      throw new FatalCaptureException("Cannot be captured: " + String.join("; ", problems));
    }
  }

  private static String problem(Connection connection, Table table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
      statement.setString(1, table.name().schema());
      statement.setString(2, table.name().name());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return "does not exist";
        }
        List<String> key = strings(row, 2);
        List<String> unfit = strings(row, 3);
        if (!row.getBoolean(1)) {
          return "is no table";
        }
        if (key.isEmpty()) {
          return "has no primary key: add one";
        }
        if (!key.equals(table.primaryKey())) {
          return "has the primary key "
              + key
              + ", the definitions were read with "
              + table.primaryKey()
              + ": start again";
        }
        if (!unfit.isEmpty()) {
          return "has a replica identity without its primary key, so its UPDATEs would fail or its"
              + " deletes be lost: ALTER TABLE "
              + unfit.get(0)
              + " REPLICA IDENTITY DEFAULT";
        }
        String unseen = unseenRows(strings(row, 6), strings(row, 7));
        if (unseen != null) {
          return unseen;
        }
        String column = columnProblem(table, strings(row, 5));
        if (column != null) {
          return column;
        }
        return row.getBoolean(4)
            ? "has row-level security that hides rows from the snapshot: give the role BYPASSRLS"
            : null;
      }
    }
  }

  private static String unseenRows(List<String> unlogged, List<String> children) {
    if (!unlogged.isEmpty()) {
      return "has rows whose changes are not in the log, in the unlogged or foreign table "
          + unlogged.get(0)
          + ": make it an ordinary one";
    }
    return children.isEmpty()
        ? null
        : "shows the rows of "
            + children.get(0)
            + ", whose changes are not its own: ALTER TABLE "
            + children.get(0)
            + " NO INHERIT it";
  }

  private static String columnProblem(Table table, List<String> present) {
    for (Column column : table.columns()) {
      String name = column.name();
      String wanted = column.type().name();
      if (!present.contains(name + " " + wanted)) {
        String now =
            present.stream()
                .filter(each -> each.startsWith(name + " "))
                .map(each -> "the type " + each.substring(name.length() + 1))
                .findFirst()
                .orElse("no column of that name");
        return "had the column \""
            + name
            + "\" of type "
            + wanted
            + " when the definitions were read, and has "
            + now
            + ": bring it back, or change the SELECTs and migrate";
      }
    }
    return null;
  }

  /** By the planner's statistics, partitions included; tables never analysed count as empty. */
  static long estimateRows(Connection connection, List<Table> tables) throws SQLException {
    double rows = 0;
    for (Table table : tables) {
      try (PreparedStatement statement =
          connection.prepareStatement(
              "SELECT sum(greatest(leaf.reltuples, 0)) FROM pg_class leaf WHERE leaf.relkind = 'r'"
                  + " AND (leaf.oid = ?::regclass OR leaf.oid IN (SELECT relid"
                  + " FROM pg_partition_tree(?::regclass)))")) {
        statement.setString(1, table.name().quoted());
        statement.setString(2, table.name().quoted());
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          rows += row.getDouble(1);
        }
      }
    }
    return (long) rows;
  }

  private static List<String> strings(ResultSet row, int column) throws SQLException {
    return Arrays.asList((String[]) row.getArray(column).getArray());
  }
}
