// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads tables, their keys and types from Postgres' catalogue. */
final class TableReader {
  private static final String TABLE =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind::text, c.relpersistence::text,
             row_security_active(c.oid),
             EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(?)""";
  private static final String COLUMNS =
      """
      SELECT a.attname, t.typname, t.typtype::text,
             format_type(a.atttypid, a.atttypmod)
               || CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS' ELSE '' END,
             a.attgenerated <> ''
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum""";
  private static final String PRIMARY_KEY =
      """
      SELECT a.attname
      FROM pg_index i
      CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indrelid = ? AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place""";

  /** Whole indexes over one column that take equal values for equal as {@code =} does. */
  private static final String UNIQUE =
      """
      SELECT DISTINCT a.attname
      FROM pg_index i
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      LEFT JOIN pg_collation c ON c.oid = a.attcollation
      WHERE i.indrelid = ? AND i.indisunique AND NOT i.indisprimary AND i.indisvalid
        AND i.indnkeyatts = 1 AND i.indpred IS NULL AND coalesce(c.collisdeterministic, true)
        AND NOT EXISTS (
          SELECT FROM pg_index p
          WHERE p.indrelid = i.indrelid AND p.indisprimary AND p.indnkeyatts = 1
            AND p.indkey[0] = i.indkey[0])
      ORDER BY a.attname""";

  private static final String TYPE =
      """
      SELECT t.typname, t.typtype::text, format_type(t.oid, NULL)
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE CASE WHEN pg_type_is_visible(t.oid) THEN t.typname
                 ELSE format('"%s"."%s"', n.nspname, t.typname) END = ?""";

  private static final Map<String, String> KINDS =
      Map.of("v", "a view", "m", "a materialized view", "f", "a foreign table");

  private final Connection connection;

  TableReader(Connection connection) {
    this.connection = connection;
  }

  /** The table that a name in FROM stands for, with all its columns. */
  Table read(Select.FromTable from) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
      statement.setString(1, from.written());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new RefusedException(
              from.place(),
              "There is no table " + from.written() + ".",
              "Write its schema too, or see that it is on the search_path of the role of"
                  + " source.uri and that this role may use the schema.");
        }
        requireOwnRows(from, row);
        long oid = row.getLong(1);
        TableName name = new TableName(row.getString(2), row.getString(3));
        List<String> key = names(PRIMARY_KEY, oid);
        if (key.isEmpty()) {
          throw new RefusedException(
              from.place(),
              "The table " + name + " has no primary key.",
              "Row changes are told apart by it: ALTER TABLE … ADD PRIMARY KEY (…).");
        }
        return new Table(name, columns(oid), key, names(UNIQUE, oid));
      }
    }
  }

  /** Whether a name in FROM stands for nothing. */
  boolean isMissing(Select.FromTable from) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
      statement.setString(1, from.written());
      try (ResultSet row = statement.executeQuery()) {
        return !row.next();
      }
    }
  }

  /** Refuses what has no row changes, or other ones than a SELECT would show. */
  private static void requireOwnRows(Select.FromTable from, ResultSet row) throws SQLException {
    String name = from.written();
    String kind = row.getString(4);
    if (!kind.equals("r") && !kind.equals("p")) {
      throw new RefusedException(
          from.place(),
          "Not supported: " + name + " is " + KINDS.getOrDefault(kind, "no table") + ".",
          "Only tables have row changes; name the tables that it reads.");
    }
    if (!row.getString(5).equals("p")) {
      throw new RefusedException(
          from.place(),
          "Not supported: the table " + name + " is unlogged or temporary.",
          "Its changes are not in the write-ahead log: ALTER TABLE " + name + " SET LOGGED.");
    }
    if (row.getBoolean(6)) {
      throw new RefusedException(
          from.place(),
          "Not supported: row-level security filters the table " + name + " for this role.",
          "It filters what is read but not what is replicated, so the two would differ: let the"
              + " role of source.uri bypass it (ALTER ROLE … BYPASSRLS).");
    }
    if (kind.equals("r") && row.getBoolean(7)) {
      throw new RefusedException(
          from.place(),
          "Not supported: other tables inherit from " + name + ".",
          "A SELECT shows their rows too, but their changes come under their own names; use"
              + " declarative partitioning.");
    }
  }

  private List<Column> columns(long oid) throws SQLException {
    List<Column> columns = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          SqlType.Kind kind =
              row.getBoolean(5)
                  ? SqlType.Kind.UNSUPPORTED
                  : kind(row.getString(2), row.getString(3));
          columns.add(new Column(row.getString(1), new SqlType(kind, row.getString(4))));
        }
      }
    }
    return columns;
  }

  private List<String> names(String query, long oid) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
    }
    return names;
  }

  /** The type of a name as the driver reports it: qualified where it is not on the path. */
  SqlType type(String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TYPE)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? new SqlType(kind(row.getString(1), row.getString(2)), row.getString(3))
            : new SqlType(SqlType.Kind.UNSUPPORTED, name);
      }
    }
  }

  private static SqlType.Kind kind(String name, String typtype) {
    if (typtype.equals("e")) {
      return SqlType.Kind.ENUM;
    }
    return switch (name) {
      case "bool" -> SqlType.Kind.BOOLEAN;
      case "int2" -> SqlType.Kind.INT2;
      case "int4" -> SqlType.Kind.INT4;
      case "int8" -> SqlType.Kind.INT8;
      case "numeric" -> SqlType.Kind.NUMERIC;
      case "text", "varchar" -> SqlType.Kind.TEXT;
      case "bpchar" -> SqlType.Kind.BPCHAR;
      case "uuid" -> SqlType.Kind.UUID;
      case "date" -> SqlType.Kind.DATE;
      case "timestamp" -> SqlType.Kind.TIMESTAMP;
      case "timestamptz" -> SqlType.Kind.TIMESTAMPTZ;
      case "interval" -> SqlType.Kind.INTERVAL;
      case "jsonb" -> SqlType.Kind.JSONB;
      default -> name.startsWith("_") ? SqlType.Kind.ARRAY : SqlType.Kind.UNSUPPORTED;
    };
  }
}
