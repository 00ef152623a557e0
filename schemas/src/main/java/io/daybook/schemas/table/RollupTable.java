// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A rollup's table for all its generations, the view over the current one, and their columns. */
public final class RollupTable {
  /** The first letter tells texts that stand as they are from those that were shortened. */
  private static final String LONG_TEXT =
      "(CASE WHEN octet_length(%1$s) > 500 THEN 'l' || left(%1$s::text, 100)"
          + " || octet_length(%1$s)::text || ' ' || md5(%1$s::text) ELSE 's' || %1$s::text END)";

  private static final int NAME_BYTES_MAX = 63;
  private static final Set<String> OWN_COLUMNS =
      Set.of("generation", "updated_at", "served_from", "complete_through");

  private final Rollup rollup;
  private final List<StoredColumn> keys;
  private final List<StoredColumn> measures;

  /**
   * @throws IllegalArgumentException when a name is too long for Postgres or taken by Daybook; the
   *     message says which and what to do
   */
  public RollupTable(Rollup rollup) {
    this.rollup = rollup;
    this.keys = rollup.keys().stream().map(StoredColumn::of).toList();
    this.measures = rollup.measures().stream().map(StoredColumn::of).toList();
    for (String name : names()) {
      int length = name.getBytes(StandardCharsets.UTF_8).length;
      if (length > NAME_BYTES_MAX) {
        throw new IllegalArgumentException(
            ("Rollup '%s' needs the name '%s' of %d bytes; Postgres takes %d: shorten the"
                    + " folder's name")
                .formatted(rollup.name(), name, length, NAME_BYTES_MAX));
      }
    }
    Set<String> seen = new HashSet<>();
    for (StoredColumn column : columns()) {
      if (OWN_COLUMNS.contains(column.name())) {
        throw new IllegalArgumentException(
            "Rollup '%s' has a column '%s', a name that Daybook adds itself: rename it with AS"
                .formatted(rollup.name(), column.name()));
      }
      if (!seen.add(column.name())) {
        throw new IllegalArgumentException(
            "Rollup '%s' has two columns named '%s': rename one with AS"
                .formatted(rollup.name(), column.name()));
      }
    }
  }

  public Rollup rollup() {
    return rollup;
  }

  /** Workspace, day and dimensions. */
  public List<StoredColumn> keys() {
    return keys;
  }

  public List<StoredColumn> measures() {
    return measures;
  }

  /** Keys, then measures. */
  public List<StoredColumn> columns() {
    return Stream.concat(keys.stream(), measures.stream()).toList();
  }

  /** The view that users select from. */
  public String viewName() {
    return rollup.name();
  }

  /** The partitioned table: one partition for each generation. */
  public String tableName() {
    return rollup.name() + "_rows";
  }

  public String partitionName() {
    return partitionName(rollup.name(), rollup.generation());
  }

  /** The same of any. */
  public static String partitionName(String rollup, int generation) {
    return partitionPrefix(rollup) + generation;
  }

  /** What stands before the generation in the names of partitions. */
  static String partitionPrefix(String rollup) {
    return rollup + "_rows_g";
  }

  /** Composite type of what the read function returns. */
  public String answerName() {
    return rollup.name() + "_answer";
  }

  public String readFunctionName() {
    return "read_" + rollup.name();
  }

  public String sourceFunctionName() {
    return "source_of_" + rollup.name();
  }

  /** Every name that this rollup takes in the schema. */
  public List<String> names() {
    return List.of(
        viewName(),
        tableName(),
        partitionName(),
        answerName(),
        readFunctionName(),
        sourceFunctionName());
  }

  public Definition table() {
    List<String> lines = new ArrayList<>();
    lines.add("generation int NOT NULL");
    for (StoredColumn key : keys) {
      boolean required = lines.size() <= 2; // workspace and day; NULL is a group of a dimension
      lines.add(key.quoted() + " " + key.type() + (required ? " NOT NULL" : ""));
    }
    measures.forEach(measure -> lines.add(measure.quoted() + " " + measure.type()));
    lines.add("updated_at timestamptz NOT NULL");
    return new Definition(
        tableName(),
        "CREATE TABLE %1$s (\n  %2$s)\nPARTITION BY LIST (generation)"
            .formatted(DaybookSchema.qualified(tableName()), String.join(",\n  ", lines)));
  }

  /**
   * What is unique, as an index and ON CONFLICT take it. A dimension's text may be longer than an
   * index entry can be (a third of a page); a long one stands there as its start, its length and
   * its hash.
   */
  public String uniqueKey() {
    List<String> parts = new ArrayList<>(List.of("generation"));
    for (int i = 0; i < keys.size(); i++) {
      String name = keys.get(i).quoted();
      parts.add(i < 2 || !keys.get(i).isText() ? name : LONG_TEXT.formatted(name));
    }
    return String.join(", ", parts);
  }

  /** Adds a column that the table of an earlier generation lacks. */
  public String addColumn(StoredColumn column) {
    return "ALTER TABLE %s ADD COLUMN %s %s"
        .formatted(DaybookSchema.qualified(tableName()), column.quoted(), column.type());
  }

  /**
   * The rows of this generation, with the index over its own dimensions. To attach a table does not
   * wait for readers, nor they for it, as {@code CREATE TABLE … PARTITION OF} would.
   */
  public Definition partition() {
    return new Definition(
        partitionName(),
        """
        CREATE TABLE %1$s (LIKE %2$s INCLUDING ALL);
        CREATE UNIQUE INDEX ON %1$s (%4$s) NULLS NOT DISTINCT;
        ALTER TABLE %2$s ATTACH PARTITION %1$s FOR VALUES IN (%3$d)"""
            .formatted(
                DaybookSchema.qualified(partitionName()),
                DaybookSchema.qualified(tableName()),
                rollup.generation(),
                uniqueKey()));
  }

  /**
   * Gives every partition an index of its own beside the one over the whole table, as earlier
   * versions made it: generations may have other dimensions.
   *
   * @param index its name
   */
  public String splitIndex(String index) {
    String body =
        """

        DECLARE
          part regclass;
          whole text := pg_get_indexdef(%1$s::regclass);
        BEGIN
          FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = %2$s::regclass LOOP
            EXECUTE 'CREATE UNIQUE INDEX ON ' || part || substr(whole, strpos(whole, ' USING '));
          END LOOP;
        END
        """
            .formatted(
                Identifier.literal(DaybookSchema.qualified(index)),
                Identifier.literal(DaybookSchema.qualified(tableName())));
    return "DO " + FunctionDefinition.dollarQuoted(body);
  }

  /**
   * The view over the current generation.
   *
   * @param columns those that it has come first, in their order, as {@code CREATE OR REPLACE VIEW}
   *     demands
   */
  public Definition view(Collection<String> columns) {
    return new Definition(
        viewName(),
        """
        CREATE OR REPLACE VIEW %s AS
        SELECT %s
        FROM   %s
        WHERE  generation =
               (SELECT c.generation FROM daybook.current_generation c WHERE c.rollup = %s)"""
            .formatted(
                DaybookSchema.qualified(viewName()),
                columns.stream().map(Identifier::quote).collect(joining(", ")),
                DaybookSchema.qualified(tableName()),
                Identifier.literal(rollup.name())));
  }

  /** Keys, measures and {@code updated_at}, by name. */
  public List<String> viewColumns() {
    return Stream.concat(columns().stream().map(StoredColumn::name), Stream.of("updated_at"))
        .toList();
  }
}
