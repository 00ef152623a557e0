// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a table can be captured: read whole now, and followed row by row from then on. */
final class TableChecks {
  private static final String LOOK =
      """
      SELECT c.relkind::text AS kind, current_user AS me,
             has_schema_privilege(n.oid, 'USAGE') AS schema_usable,
             ARRAY(SELECT w FROM unnest(?::text[]) w
                   WHERE NOT EXISTS (SELECT FROM pg_attribute a
                                     WHERE a.attrelid = c.oid AND a.attname = w AND a.attnum > 0
                                       AND NOT a.attisdropped)) AS missing,
             ARRAY(SELECT a.attname::text FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attname = ANY (?::text[]) AND a.attnum > 0
                     AND NOT a.attisdropped
                     AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT')
                   ORDER BY a.attnum) AS unreadable,
             ARRAY(SELECT a.attname::text
                   FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place),
                        pg_attribute a
                   WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
                     AND a.attrelid = c.oid AND a.attnum = k.attnum
                   ORDER BY k.place) AS key,
             ARRAY(SELECT leaf.oid::regclass::text FROM pg_class leaf
                   WHERE leaf.oid = ANY (leaves.oids) AND leaf.relkind = 'r'
                     AND (leaf.relreplident = 'n'
                          OR leaf.relreplident = 'i' AND NOT EXISTS (
                               SELECT FROM pg_index p, pg_index r
                               WHERE p.indrelid = leaf.oid AND p.indisprimary
                                 AND r.indrelid = leaf.oid AND r.indisreplident
                                 AND r.indkey::int2[] @> p.indkey::int2[]))) AS unidentified,
             ARRAY(SELECT leaf.oid::regclass::text FROM pg_class leaf
                   WHERE leaf.oid = ANY (leaves.oids) AND leaf.relkind = 'r'
                     AND leaf.relpersistence <> 'p') AS unlogged,
             ARRAY(SELECT leaf.oid::regclass::text FROM pg_class leaf
                   WHERE leaf.oid = ANY (leaves.oids) AND leaf.relkind = 'f') AS elsewhere,
             ARRAY(SELECT inhrelid::regclass::text FROM pg_inherits
                   WHERE inhparent = c.oid AND c.relkind = 'r') AS heirs,
             row_security_active(c.oid) AS filtered,
             c.relforcerowsecurity AND pg_has_role(c.relowner, 'USAGE') AS forced
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
           LATERAL (SELECT CASE c.relkind WHEN 'p'
                      THEN ARRAY(SELECT relid::oid FROM pg_partition_tree(c.oid) WHERE isleaf)
                      ELSE ARRAY[c.oid] END AS oids) leaves
      WHERE n.nspname = ? AND c.relname = ?""";

  private final PostgresSession session;
  private final Findings findings;

  TableChecks(PostgresSession session, Findings findings) {
    this.session = session;
    this.findings = findings;
  }

  private record Found(
      String kind,
      String role,
      boolean schemaUsable,
      List<String> missing,
      List<String> unreadable,
      List<String> key,
      List<String> unidentified,
      List<String> unlogged,
      List<String> elsewhere,
      List<String> heirs,
      boolean filtered,
      boolean forced) {
    static Found read(ResultSet row) throws SQLException {
      return new Found(
          row.getString("kind"),
          Identifier.quote(row.getString("me")),
          row.getBoolean("schema_usable"),
          PostgresSession.array(row, "missing"),
          PostgresSession.array(row, "unreadable"),
          PostgresSession.array(row, "key"),
          PostgresSession.array(row, "unidentified"),
          PostgresSession.array(row, "unlogged"),
          PostgresSession.array(row, "elsewhere"),
          PostgresSession.array(row, "heirs"),
          row.getBoolean("filtered"),
          row.getBoolean("forced"));
    }
  }

  private Optional<Found> find(Table table) throws SQLException {
    Object used = session.arrayOf(table.columns().stream().map(Column::name).toList());
    return session
        .list(LOOK, Found::read, used, used, table.name().schema(), table.name().name())
        .stream()
        .findFirst();
  }

  /** Everything that capture asks of it. */
  void capture(Table table) throws SQLException {
    String what = "table " + table.name();
    int before = findings.checks().size();
    Optional<Found> found = find(table);
    if (found.isEmpty()) {
      gone(what);
      return;
    }
    readable(what, table, found.get());
    followable(what, table, found.get());
    if (findings.checks().size() == before) {
      findings.ok(what, "it can be read and followed");
    }
  }

  /** Only what reading it needs; nothing is said where all is well. */
  void read(Table table) throws SQLException {
    String what = "live reading of " + table.name();
    Optional<Found> found = find(table);
    if (found.isEmpty()) {
      gone(what);
    } else {
      readable(what, table, found.get());
    }
  }

  private void gone(String what) {
    findings.blocks(
        what,
        "it does not exist, or not any more",
        "-- restore it, or 'daybook migrate' with definitions that do without it");
  }

  private void readable(String what, Table table, Found found) {
    if (!found.schemaUsable()) {
      findings.blocks(
          what,
          "its schema may not be used by " + found.role(),
          "GRANT USAGE ON SCHEMA %s TO %s;"
              .formatted(Identifier.quote(table.name().schema()), found.role()));
    }
    if (!found.missing().isEmpty()) {
      findings.blocks(
          what,
          "it has no column " + String.join(", ", found.missing()) + " any more",
          "-- restore it, or 'daybook migrate' with definitions that do without it");
    }
    if (!found.unreadable().isEmpty()) {
      findings.blocks(
          what,
          found.role() + " may not read " + String.join(", ", found.unreadable()),
          "GRANT SELECT ON %s TO %s;".formatted(table.name().quoted(), found.role()));
    }
    if (found.filtered()) {
      findings.blocks(
          what,
          "row-level security hides rows from "
              + found.role()
              + ", so that sums over all rows would be wrong",
          "ALTER ROLE %s BYPASSRLS; -- as a superuser%s"
              .formatted(
                  found.role(),
                  found.forced()
                      ? "\n-- or, as the owner: ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;"
                          .formatted(table.name().quoted())
                      : ""));
    }
  }

  private void followable(String what, Table table, Found found) {
    if (!found.kind().equals("r") && !found.kind().equals("p")) {
      findings.blocks(what, "it is no table", "-- name the tables that it reads from");
      return;
    }
    if (found.key().isEmpty()) {
      findings.blocks(
          what,
          "it has no primary key: published without one, the application's own UPDATEs fail",
          "-- with the columns that tell its rows apart: ALTER TABLE %s ADD PRIMARY KEY (…);"
              .formatted(table.name().quoted()));
    } else if (!table.primaryKey().isEmpty() && !found.key().equals(table.primaryKey())) {
      findings.blocks(
          what,
          "its primary key is %s, the definitions were read with %s"
              .formatted(found.key(), table.primaryKey()),
          "-- restore the key, or 'daybook uninstall' and 'daybook migrate' anew");
    }
    if (!found.unidentified().isEmpty()) {
      findings.blocks(
          what,
          "its replica identity lacks the primary key: published like this, the application's own"
              + " UPDATEs fail or deletes are lost",
          each("ALTER TABLE ", found.unidentified(), " REPLICA IDENTITY DEFAULT; -- as its owner"));
    }
    if (!found.unlogged().isEmpty()) {
      findings.blocks(
          what,
          "it is unlogged, so its changes are not in the WAL",
          each("ALTER TABLE ", found.unlogged(), " SET LOGGED; -- as its owner"));
    }
    if (!found.elsewhere().isEmpty()) {
      findings.blocks(
          what,
          "rows of the foreign table "
              + String.join(", ", found.elsewhere())
              + " cannot be followed",
          each("-- keep these rows here, or detach the partition ", found.elsewhere(), ""));
    }
    if (!found.heirs().isEmpty()) {
      findings.blocks(
          what,
          "a SELECT from it also reads %s, which inherit from it, but their changes come as theirs"
              .formatted(String.join(", ", found.heirs())),
          each(
              "ALTER TABLE ",
              found.heirs(),
              " NO INHERIT " + table.name().quoted() + "; -- or make it a partitioned table"));
    }
  }

  private static String each(String before, List<String> names, String after) {
    return names.stream().map(name -> before + name + after).collect(Collectors.joining("\n"));
  }
}
