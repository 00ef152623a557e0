// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.LiveQuery;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.table.StoredColumn;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The statements that read both sides of a rollup: every column as text that is the same exactly
 * where the values are equal, in key order.
 */
final class RollupQueries {
  private final Rollup rollup;
  private final RollupTable table;
  private final LiveQuery live;
  private final Integer pinned;
  private final Part part;

  /**
   * Which rows, as Postgres prints them.
   *
   * @param workspace null for all
   * @param from null for all days
   * @param to null for no last day
   */
  record Part(String workspace, String from, String to) {
    static final Part ALL = new Part(null, null, null);
  }

  private RollupQueries(Rollup rollup, Integer pinned, Part part) {
    this.rollup = rollup;
    this.table = new RollupTable(rollup);
    this.live = new LiveQuery(rollup);
    this.pinned = pinned;
    this.part = part;
  }

  /** Of the generation that readers get, whichever that is. */
  static RollupQueries ofCurrent(Rollup rollup) {
    return new RollupQueries(rollup, null, Part.ALL);
  }

  /** The same of one workspace and some days. */
  static RollupQueries ofCurrent(Rollup rollup, String workspace, String from, String to) {
    return new RollupQueries(rollup, null, new Part(workspace, from, to));
  }

  /** The same of this day, as Postgres prints it, and of later ones. */
  static RollupQueries ofCurrentSince(Rollup rollup, String day) {
    return new RollupQueries(rollup, null, new Part(null, day, null));
  }

  /** Of just this generation. */
  static RollupQueries ofGeneration(Rollup rollup) {
    return new RollupQueries(rollup, rollup.generation(), Part.ALL);
  }

  /** The one generation; null for the current one. */
  Integer pinned() {
    return pinned;
  }

  Rollup rollup() {
    return rollup;
  }

  RollupTable table() {
    return table;
  }

  int keyColumns() {
    return table.keys().size();
  }

  int columns() {
    return table.columns().size();
  }

  String live() {
    String sql;
    if (part.workspace() != null) {
      sql = live.of(part.workspace(), part.from(), part.to());
    } else {
      sql = part.from() == null ? live.all() : live.since(part.from());
    }
    return ordered("(\n" + sql + "\n)", "");
  }

  String rows() {
    String where = "";
    if (part.from() != null) {
      where = "\nWHERE t.\"day\" >= %s::date".formatted(Identifier.literal(part.from()));
    }
    if (part.workspace() != null) {
      where +=
          " AND t.\"day\" <= %s::date AND t.\"workspace_id\" = %s"
              .formatted(Identifier.literal(part.to()), Identifier.literal(part.workspace()));
    }
    return ordered(stored(), where);
  }

  /** At least these keys; others of the same workspaces and days may come with them. */
  String live(Collection<Key> keys) {
    return ordered("(\n" + live.of(workspaces(keys), days(keys)) + "\n)", "");
  }

  /** At least these keys, as {@link #live(Collection)}. */
  String rows(Collection<Key> keys) {
    String where =
        "\nWHERE t.\"workspace_id\" IN (%s) AND t.\"day\"::text IN (%s)"
            .formatted(literals(workspaces(keys)), literals(days(keys)));
    return ordered(stored(), where);
  }

  private String stored() {
    return pinned == null
        ? DaybookSchema.qualified(table.viewName())
        : "(SELECT * FROM %s WHERE generation = %d)"
            .formatted(DaybookSchema.qualified(table.tableName()), pinned);
  }

  private String ordered(String from, String where) {
    String columns = table.columns().stream().map(RollupQueries::comparable).collect(joining(", "));
    String order =
        table.keys().stream()
            .map(key -> comparable(key) + " COLLATE \"C\" NULLS FIRST")
            .collect(joining(", "));
    return "SELECT %s\nFROM %s t%s\nORDER BY %s".formatted(columns, from, where, order);
  }

  private static String comparable(StoredColumn column) {
    return column.comparable("t." + column.quoted());
  }

  private static Set<String> workspaces(Collection<Key> keys) {
    return keys.stream().map(Key::workspace).collect(toCollection(TreeSet::new));
  }

  private static Set<String> days(Collection<Key> keys) {
    return keys.stream().map(Key::day).collect(toCollection(TreeSet::new));
  }

  private static String literals(Set<String> texts) {
    return texts.stream().map(Identifier::literal).collect(joining(", "));
  }
}
