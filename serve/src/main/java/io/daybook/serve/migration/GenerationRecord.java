// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What the tables say about one generation of one rollup.
 *
 * @param hash of the definition it was made for, or null when there is no such generation
 * @param partitions of its topic
 * @param progressRows how many rows of progress it has
 * @param pointed whether the view points at any generation of the rollup
 */
record GenerationRecord(String hash, int partitions, int progressRows, boolean pointed) {
  private static final GenerationRecord NONE = new GenerationRecord(null, 0, 0, false);

  private static final String SELECT =
      """
      SELECT g.definition_hash,
             g.partitions,
             (SELECT count(*) FROM daybook.progress p
              WHERE p.rollup = k.rollup AND p.generation = k.generation),
             EXISTS (SELECT FROM daybook.current_generation c WHERE c.rollup = k.rollup)
      FROM   (SELECT ?::text AS rollup, ?::int AS generation) k
      LEFT   JOIN daybook.generation g USING (rollup, generation)""";

  static GenerationRecord read(
      Connection target, TargetCatalogue catalogue, String rollup, int generation)
      throws SQLException {
    if (!catalogue.has("current_generation") || !catalogue.has("progress")) {
      return NONE;
    }
    try (PreparedStatement statement = target.prepareStatement(SELECT)) {
      statement.setString(1, rollup);
      statement.setInt(2, generation);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new GenerationRecord(
            row.getString(1), row.getInt(2), row.getInt(3), row.getBoolean(4));
      }
    }
  }

  boolean exists() {
    return hash != null;
  }
}
