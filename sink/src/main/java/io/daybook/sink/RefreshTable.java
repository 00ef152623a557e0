// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Says in {@code daybook.refresh_part} which partitions have sent all that a refresh asked for.
 * Answers to what nobody waits for are passed over: they come again when the topic is read anew.
 */
final class RefreshTable {
  private static final String WRITE =
      """
      INSERT INTO daybook.refresh_part (id, partition, complete)
      SELECT n.id, n.partition, n.complete
      FROM   unnest(?::bigint[], ?::int[], ?::boolean[]) n(id, partition, complete)
      JOIN   daybook.refresh r ON r.id = n.id
      WHERE  r.rollup = ? AND r.generation = ? AND r.done_at IS NULL
      ON CONFLICT DO NOTHING""";

  private final Rollup rollup;

  RefreshTable(Rollup rollup) {
    this.rollup = rollup;
  }

  void write(Connection connection, List<Batch.Refreshed> refreshed) throws SQLException {
    if (refreshed.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      Object[] ids = refreshed.stream().map(Batch.Refreshed::id).toArray();
      Object[] partitions = refreshed.stream().map(Batch.Refreshed::partition).toArray();
      Object[] complete = refreshed.stream().map(Batch.Refreshed::complete).toArray();
      statement.setArray(1, connection.createArrayOf("bigint", ids));
      statement.setArray(2, connection.createArrayOf("int", partitions));
      statement.setArray(3, connection.createArrayOf("boolean", complete));
      statement.setString(4, rollup.name());
      statement.setInt(5, rollup.generation());
      statement.executeUpdate();
    }
  }
}
