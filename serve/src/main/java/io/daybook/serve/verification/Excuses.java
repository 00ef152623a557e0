// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashSet;
import java.util.Set;

/** Workspaces of one rollup whose numbers are known to be in doubt: readers get live for them. */
final class Excuses {
  private static final String DEGRADED =
      """
      SELECT d.workspace
      FROM   daybook.degraded d
      JOIN   daybook.current_generation p ON p.rollup = d.rollup
                                         AND d.generation = coalesce(?, p.generation)
      WHERE  d.rollup = ?""";

  private final Set<String> workspaces = new HashSet<>();

  private Excuses() {}

  /** As the connection's snapshot shows them. */
  static Excuses read(Connection target, RollupQueries queries) throws SQLException {
    Excuses excuses = new Excuses();
    try (PreparedStatement statement = target.prepareStatement(DEGRADED)) {
      statement.setObject(1, queries.pinned(), Types.INTEGER);
      statement.setString(2, queries.rollup().name());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          excuses.workspaces.add(row.getString(1));
        }
      }
    }
    return excuses;
  }

  /** Whether a difference of this key is explained; a null stands for all workspaces. */
  boolean cover(Key key) {
    return workspaces.contains(null) || workspaces.contains(key.parts().get(0));
  }
}
