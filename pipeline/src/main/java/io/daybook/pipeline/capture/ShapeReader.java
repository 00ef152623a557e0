// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads {@link SourceShapes}, in one statement, without a lock on any table: behind the lock of a
 * long ALTER TABLE or VACUUM FULL the heartbeats would stall.
 */
final class ShapeReader {

  /** Rows (tab, part, fixed, value) of all captured tables that there are. */
  private static final String PARTS =
      """
      WITH RECURSIVE wanted AS (
        SELECT * FROM unnest(?::text[], ?::text[], ?::text[]) AS u (nsp, rel, col)),
      tables AS (
        SELECT DISTINCT w.nsp || '.' || w.rel AS tab, c.oid, c.relnamespace, c.relkind
        FROM wanted w
        JOIN pg_namespace n ON n.nspname = w.nsp
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.rel),
      tree (tab, oid, attached) AS (
        SELECT tab, oid, NULL::text FROM tables
        UNION ALL
        SELECT t.tab, i.inhrelid, concat_ws('.', t.attached, i.xmin) FROM tree t
        JOIN pg_inherits i ON i.inhparent = t.oid AND NOT i.inhdetachpending),
      leaves AS (
        SELECT t.tab, t.oid, t.attached, c.relfilenode, c.relpersistence,
               CASE c.relreplident
                 WHEN 'i' THEN 'index on ' || (SELECT i.indkey::text FROM pg_index i
                                               WHERE i.indrelid = c.oid AND i.indisreplident)
                 ELSE c.relreplident::text END AS identity
        FROM tree t JOIN pg_class c ON c.oid = t.oid WHERE c.relkind <> 'p'),
      used AS (
        SELECT t.tab, w.col, a.attnum, a.atttypid, a.atttypmod, a.xmin
        FROM wanted w
        JOIN tables t ON t.tab = w.nsp || '.' || w.rel
        LEFT JOIN pg_attribute a
          ON a.attrelid = t.oid AND a.attname = w.col AND NOT a.attisdropped),
      parts (tab, part, fixed, value) AS (
        SELECT tab, 'relation', true, oid || ' ' || relkind::text FROM tables
        UNION ALL
        SELECT tab, 'row-level security', true, row_security_active(oid)::text FROM tables
        UNION ALL
        SELECT tab, 'column ' || col, true,
               attnum || ' ' || format_type(atttypid, atttypmod)
                 || ' (' || atttypid || ',' || atttypmod || ')' FROM used
        UNION ALL
        SELECT t.tab, 'primary key', true, i.indkey::text
        FROM tables t JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
        UNION ALL
        SELECT t.tab, 'publication', true,
               concat_ws(' ', p.oid, p.xmin, p.puballtables,
                 (SELECT 'table ' || r.oid FROM pg_publication_rel r
                  WHERE r.prpubid = p.oid AND r.prrelid = t.oid),
                 (SELECT 'schema ' || n.oid FROM pg_publication_namespace n
                  WHERE n.pnpubid = p.oid AND n.pnnspid = t.relnamespace))
        FROM tables t JOIN pg_publication p ON p.pubname = ?
        UNION ALL
        SELECT tab, 'replica identity', true, string_agg(DISTINCT identity, ' ') FROM leaves
        GROUP BY tab
        UNION ALL
        SELECT tab, 'persistence', true, string_agg(DISTINCT relpersistence::text, ' ')
        FROM leaves GROUP BY tab
        UNION ALL
        SELECT tab, 'partitions', false,
               string_agg(oid || '@' || attached, E'\\n' ORDER BY oid)
        FROM leaves WHERE attached IS NOT NULL GROUP BY tab
        UNION ALL
        SELECT tab, 'files', false, left(encode(sha256(convert_to(
                 string_agg(relfilenode::text, ' ' ORDER BY oid), 'UTF8')), 'hex'), 16)
        FROM leaves GROUP BY tab
        UNION ALL
        SELECT tab, 'alteration of column ' || col, false, xmin::text FROM used
        UNION ALL
        SELECT u.tab, 'labels of column ' || u.col, false,
               string_agg(e.oid || '=' || e.enumlabel, E'\\n' ORDER BY e.oid)
        FROM used u JOIN pg_enum e ON e.enumtypid = u.atttypid GROUP BY u.tab, u.col),
      known AS (SELECT * FROM parts WHERE value IS NOT NULL),
      hashes (fixed, judged) AS (
        SELECT left(encode(sha256(convert_to(coalesce(string_agg(concat(tab, E'\\t', part, E'\\t',
                 value), E'\\n' ORDER BY tab COLLATE "C", part COLLATE "C")
                 FILTER (WHERE fixed), ''), 'UTF8')), 'hex'), 16),
               left(encode(sha256(convert_to(coalesce(string_agg(concat(tab, E'\\t', part, E'\\t',
                 value), E'\\n' ORDER BY tab COLLATE "C", part COLLATE "C")
                 FILTER (WHERE NOT fixed), ''), 'UTF8')), 'hex'), 16)
        FROM known)
      """;

  private static final String READ =
      PARTS
          + "SELECT h.fixed, h.judged, k.tab, k.part, k.value FROM hashes h"
          + " LEFT JOIN known k ON true";

  private static final String EMIT =
      PARTS
          + "SELECT pg_logical_emit_message(true, ?,"
          + " concat_ws(' ', ?::text, ?::text, fixed, judged)) FROM hashes";

  private final Connection connection;
  private final String publication;
  private final String scope;
  private final String[] schemas;
  private final String[] tables;
  private final String[] columns;

  ShapeReader(Connection connection, CaptureSettings settings) {
    this.connection = connection;
    this.publication = settings.publication();
    List<String> schema = new ArrayList<>();
    List<String> table = new ArrayList<>();
    List<String> column = new ArrayList<>();
    for (Table each : settings.tables()) {
      for (Column used : each.columns()) {
        schema.add(each.name().schema());
        table.add(each.name().name());
        column.add(used.name());
      }
    }
    this.schemas = schema.toArray(String[]::new);
    this.tables = table.toArray(String[]::new);
    this.columns = column.toArray(String[]::new);
    int names = List.of(publication, schema, table, column).hashCode();
    this.scope = "%08x".formatted(names);
  }

  /** The shapes of now. */
  SourceShapes.Look look() throws SQLException {
    String fixed = "";
    String judged = "";
    SortedMap<String, SortedMap<String, String>> parts = new TreeMap<>();
    try (PreparedStatement statement = prepare(READ);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        fixed = row.getString(1);
        judged = row.getString(2);
        if (row.getString(3) != null) {
          parts
              .computeIfAbsent(row.getString(3), table -> new TreeMap<>())
              .put(row.getString(4), row.getString(5));
        }
      }
    }
    SourceShapes shapes = new SourceShapes(scope, fixed, judged, parts);
    return new SourceShapes.Look(shapes, empty(shapes));
  }

  /** Writes a message with the hashes of now, in a transaction of its own. */
  void emit(String prefix, long micros) throws SQLException {
    try (PreparedStatement statement = prepare(EMIT)) {
      statement.setString(5, prefix);
      statement.setString(6, Long.toString(micros));
      statement.setString(7, scope);
      statement.execute();
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setArray(1, connection.createArrayOf("text", schemas));
    statement.setArray(2, connection.createArrayOf("text", tables));
    statement.setArray(3, connection.createArrayOf("text", columns));
    statement.setString(4, publication);
    return statement;
  }

  /** Partitions whose files have no page. */
  private Set<String> empty(SourceShapes shapes) throws SQLException {
    Map<Long, String> byOid = new HashMap<>();
    for (Map<String, String> parts : shapes.parts().values()) {
      for (String leaf : SourceShapes.items(parts.get(SourceShapes.PARTITIONS))) {
        byOid.put(Long.parseLong(leaf, 0, leaf.indexOf('@'), 10), leaf);
      }
    }
    Set<String> empty = new HashSet<>();
    if (byOid.isEmpty()) {
      return empty;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT u.leaf FROM unnest(?::bigint[]) AS u (leaf)"
                + " WHERE pg_relation_size(u.leaf::oid::regclass) = 0")) {
      statement.setArray(1, connection.createArrayOf("bigint", byOid.keySet().toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          empty.add(byOid.get(row.getLong(1)));
        }
      }
    }
    return empty;
  }
}
