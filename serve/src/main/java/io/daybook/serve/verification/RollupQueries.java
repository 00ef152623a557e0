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
  private final String firstDay;

  private RollupQueries(Rollup rollup, Integer pinned, String firstDay) {
    this.rollup = rollup;
    this.table = new RollupTable(rollup);
    this.live = new LiveQuery(rollup);
    this.pinned = pinned;
    this.firstDay = firstDay;
  }

  /** Of the generation that readers get, whichever that is. */
  static RollupQueries ofCurrent(Rollup rollup) {
    return new RollupQueries(rollup, null, null);
  }

  /** The same of this day, as Postgres prints it, and of later ones. */
  static RollupQueries ofCurrentSince(Rollup rollup, String day) {
    return new RollupQueries(rollup, null, day);
  }

  /** Of just this generation. */
  static RollupQueries ofGeneration(Rollup rollup) {
    return new RollupQueries(rollup, rollup.generation(), null);
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
    String sql = firstDay == null ? live.all() : live.since(firstDay);
    return ordered("(\n" + sql + "\n)", "");
  }

  String rows() {
    String where =
        firstDay == null
            ? ""
            : "\nWHERE t.\"day\" >= %s::date".formatted(Identifier.literal(firstDay));
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
