// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** The rows of {@code daybook.degraded} of one rollup: whose readers must ask the live query. */
final class DegradedTable {
  private static final String UPSERT =
      """
      INSERT INTO daybook.degraded (rollup, generation, workspace, rows, reason)
      SELECT ?, ?, n.workspace, n.rows, n.reason
      FROM unnest(?::text[], ?::bigint[], ?::text[]) AS n(workspace, rows, reason)
      ON CONFLICT (rollup, generation, workspace)
        DO UPDATE SET rows = excluded.rows, reason = excluded.reason
      """;

  private static final String DELETE =
      """
      DELETE FROM daybook.degraded d USING unnest(?::text[]) AS n(workspace)
      WHERE d.rollup = ? AND d.generation = ? AND d.workspace IS NOT DISTINCT FROM n.workspace
      """;

  private final Rollup rollup;

  DegradedTable(Rollup rollup) {
    this.rollup = rollup;
  }

  /** In the transaction of the rows that came with them. */
  void write(Connection connection, List<Doubt> doubts) throws SQLException {
    List<Doubt> gone = doubts.stream().filter(Doubt::isGone).toList();
    List<Doubt> standing = doubts.stream().filter(doubt -> !doubt.isGone()).toList();
    if (!standing.isEmpty()) {
      upsert(connection, standing);
    }
    if (!gone.isEmpty()) {
      delete(connection, gone);
    }
  }

  private void upsert(Connection connection, List<Doubt> doubts) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      statement.setString(1, rollup.name());
      statement.setInt(2, rollup.generation());
      bind(connection, statement, 3, "text", doubts, Doubt::workspace);
      bind(connection, statement, 4, "int8", doubts, doubt -> doubt.degradation().rows());
      bind(connection, statement, 5, "text", doubts, doubt -> doubt.degradation().reason());
      statement.executeUpdate();
    }
  }

  private void delete(Connection connection, List<Doubt> doubts) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
      bind(connection, statement, 1, "text", doubts, Doubt::workspace);
      statement.setString(2, rollup.name());
      statement.setInt(3, rollup.generation());
      statement.executeUpdate();
    }
  }

  private static void bind(
      Connection connection,
      PreparedStatement statement,
      int index,
      String type,
      List<Doubt> doubts,
      Function<Doubt, Object> field)
      throws SQLException {
    Object[] values = doubts.stream().map(field).toArray();
    statement.setArray(index, connection.createArrayOf(type, values));
  }
}
