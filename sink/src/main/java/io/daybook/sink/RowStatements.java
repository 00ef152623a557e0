// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.table.StoredColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rows of one generation: of its partition of {@code daybook."<rollup>_rows"}, which has the
 * index over the generation's own dimensions.
 *
 * <p>A batch is one statement: its columns travel as text arrays, which {@code unnest} turns into
 * rows and casts turn into values. The texts are Postgres' own output format.
 */
final class RowStatements {
  private final String upsertSql;
  private final String deleteSql;
  private final int keyCount;
  private final int measureCount;

  RowStatements(RollupTable table) {
    this.keyCount = table.keys().size();
    this.measureCount = table.measures().size();
    this.upsertSql = upsertSql(table);
    this.deleteSql = deleteSql(table);
  }

  /** Writes rows of which no two have the same key; returns how many were written. */
  int upsert(Connection connection, List<Row> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(upsertSql)) {
      bind(connection, statement, 0, keyCount, rows, Row::key);
      bind(connection, statement, keyCount, measureCount, rows, Row::measures);
      return statement.executeUpdate();
    }
  }

  /** Removes the rows with these keys; returns how many there were. */
  int delete(Connection connection, List<Row> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(deleteSql)) {
      bind(connection, statement, 0, keyCount, rows, Row::key);
      return statement.executeUpdate();
    }
  }

  private static void bind(
      Connection connection,
      PreparedStatement statement,
      int after,
      int columns,
      List<Row> rows,
      Function<Row, List<String>> texts)
      throws SQLException {
    for (int i = 0; i < columns; i++) {
      int column = i;
      String[] values =
          rows.stream().map(row -> texts.apply(row).get(column)).toArray(String[]::new);
      statement.setArray(after + i + 1, connection.createArrayOf("text", values));
    }
  }

  private static String upsertSql(RollupTable table) {
    String updates =
        Stream.concat(table.measures().stream().map(StoredColumn::quoted), Stream.of("updated_at"))
            .map(name -> name + " = excluded." + name)
            .collect(joining(", "));
    return """
    INSERT INTO %s (generation, %s, updated_at)
    SELECT %d, %s, clock_timestamp() FROM %s
    ON CONFLICT (%s) DO UPDATE SET %s
    """
        .formatted(
            DaybookSchema.qualified(table.partitionName()),
            names(table.columns()),
            table.rollup().generation(),
            casts(table.columns()).collect(joining(", ")),
            input(table.columns().size()),
            table.uniqueKey(),
            updates);
  }

  /**
   * Workspace and day are never NULL: equality on them lets the unique index find the few rows
   * among which the dimensions, where NULL is a value, decide.
   */
  private static String deleteSql(RollupTable table) {
    List<String> values = casts(table.keys()).toList();
    String matches =
        IntStream.range(0, values.size())
            .mapToObj(
                i ->
                    "t.%s %s %s"
                        .formatted(
                            table.keys().get(i).quoted(),
                            i < 2 ? "=" : "IS NOT DISTINCT FROM",
                            values.get(i)))
            .collect(joining(" AND "));
    return "DELETE FROM %s t USING %s WHERE t.generation = %d AND %s"
        .formatted(
            DaybookSchema.qualified(table.partitionName()),
            input(values.size()),
            table.rollup().generation(),
            matches);
  }

  private static String names(List<StoredColumn> columns) {
    return columns.stream().map(StoredColumn::quoted).collect(joining(", "));
  }

  /** {@code unnest(?::text[], ?::text[]) AS n(c0, c1)}. */
  private static String input(int columns) {
    String arrays = String.join(", ", Collections.nCopies(columns, "?::text[]"));
    String names = IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(joining(", "));
    return "unnest(" + arrays + ") AS n(" + names + ")";
  }

  /** {@code n.c0::text}, {@code n.c1::date} … */
  private static Stream<String> casts(List<StoredColumn> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "n.c" + i + "::" + columns.get(i).type());
  }
}
