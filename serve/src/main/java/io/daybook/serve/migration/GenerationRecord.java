// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import io.daybook.schemas.table.LiveAnswer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tables say about one generation of one rollup.
 *
 * @param number of the generation
 * @param hash of the definition it was made for
 * @param partitions of its topic
 * @param progressRows how many rows of progress it has
 * @param live how it is answered live; null where an earlier version made it
 */
record GenerationRecord(
    int number, String hash, int partitions, int progressRows, LiveAnswer live) {

  private static final String SELECT =
      """
      SELECT g.generation, g.definition_hash, g.partitions,
             (SELECT count(*) FROM daybook.progress p
              WHERE p.rollup = g.rollup AND p.generation = g.generation),
             %s
      FROM   daybook.generation g
      WHERE  g.rollup = ?
      ORDER  BY g.generation""";

  private static final String POINTED =
      "SELECT EXISTS (SELECT FROM daybook.current_generation WHERE rollup = ?)";

  /** Every one that there ever was, by number. */
  static List<GenerationRecord> read(Connection target, TargetCatalogue catalogue, String rollup)
      throws SQLException {
    List<GenerationRecord> all = new ArrayList<>();
    if (!catalogue.has("generation") || !catalogue.has("progress")) {
      return all;
    }
    List<String> there = catalogue.columnNames("generation");
    String columns =
        there.contains("live_query")
            ? "g.live_query, g.live_columns, %s, g.search_path"
                .formatted(there.contains("dimensions") ? "g.dimensions" : "NULL::text[]")
            : "NULL::text, NULL, NULL, NULL";
    try (PreparedStatement statement = target.prepareStatement(SELECT.formatted(columns))) {
      statement.setString(1, rollup);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          int number = row.getInt(1);
          String query = row.getString(5);
          all.add(
              new GenerationRecord(
                  number,
                  row.getString(2),
                  row.getInt(3),
                  row.getInt(4),
                  query == null
                      ? null
                      : new LiveAnswer(
                          List.of(number),
                          query,
                          texts(row.getArray(6)),
                          texts(row.getArray(7)),
                          texts(row.getArray(8)))));
        }
      }
    }
    return all;
  }

  /** Whether the view points at any generation of the rollup. */
  static boolean isPointed(Connection target, TargetCatalogue catalogue, String rollup)
      throws SQLException {
    if (!catalogue.has("current_generation")) {
      return false;
    }
    try (PreparedStatement statement = target.prepareStatement(POINTED)) {
      statement.setString(1, rollup);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private static List<String> texts(Array array) throws SQLException {
    return array == null ? List.of() : List.of((String[]) array.getArray());
  }
}
