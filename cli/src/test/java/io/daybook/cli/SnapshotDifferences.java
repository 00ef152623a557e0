// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.LiveQuery;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares a rollup with its live query by one statement, with no bookkeeping of anybody's. */
public final class SnapshotDifferences {
  private SnapshotDifferences() {}

  /** Rows that only the live query or only the view has, both read in one snapshot. */
  public static List<String> of(Connection connection, Rollup rollup) throws SQLException {
    String columns = columns(rollup);
    String view = "SELECT " + columns + " FROM " + DaybookSchema.qualified(rollup.name());
    String live = "SELECT " + columns + " FROM (" + new LiveQuery(rollup).all() + ") live";
    String sql =
        """
        SELECT 'only live: ' || d::text FROM (%2$s EXCEPT ALL %1$s) d
        UNION ALL SELECT 'only rollup: ' || d::text FROM (%1$s EXCEPT ALL %2$s) d\
        """
            .formatted(view, live);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> differences = new ArrayList<>();
      while (rows.next()) {
        differences.add(rollup.name() + " " + rows.getString(1));
      }
      return differences;
    }
  }

  /** Keys and measures, as a list of SELECT. */
  public static String columns(Rollup rollup) {
    return Stream.concat(
            rollup.keys().stream().map(key -> key.name()),
            rollup.measures().stream().map(measure -> measure.name()))
        .map(Identifier::quote)
        .collect(Collectors.joining(", "));
  }
}
