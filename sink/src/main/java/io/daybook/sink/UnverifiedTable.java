// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Watermark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** The row of {@code daybook.unverified} of one rollup: its readers get the live query. */
final class UnverifiedTable {
  /**
   * For a rollup that readers have had, or would have but for an earlier row. What was still being
   * loaded for the first time is not concerned.
   */
  private static final String RAISE =
      """
      INSERT INTO daybook.unverified AS u (rollup, generation, epoch)
      SELECT g.rollup, g.generation, max(n.epoch)
      FROM daybook.generation g
      JOIN daybook.progress p USING (rollup, generation)
      LEFT JOIN unnest(?::int[], ?::int[]) AS n(partition, epoch)
        ON n.partition = p.partition AND n.epoch > p.watermark_epoch
      WHERE g.rollup = ? AND g.generation = ?
      GROUP BY g.rollup, g.generation, g.partitions
      HAVING max(n.epoch) IS NOT NULL
        AND (count(*) FILTER (WHERE p.watermark_lsn > '0/0') = g.partitions
             OR EXISTS (SELECT FROM daybook.unverified o
                        WHERE o.rollup = g.rollup AND o.generation = g.generation))
      ON CONFLICT (rollup, generation)
        DO UPDATE SET epoch = excluded.epoch, tries = 0, tried_at = NULL, finding = NULL
        WHERE u.epoch < excluded.epoch
      """;

  private final Rollup rollup;

  UnverifiedTable(Rollup rollup) {
    this.rollup = rollup;
  }

  /**
   * Writes or raises the row where a partition enters an epoch; in the transaction that stores the
   * watermarks, and before they are stored, since what was complete until then decides.
   *
   * <p>The first watermark of an epoch (LSN 0) may have been followed by others before anything was
   * stored, so that the epoch tells and not the LSN.
   */
  void raise(Connection connection, List<Claim> before, List<Claim> after) throws SQLException {
    Integer[] epochs = new Integer[after.size()];
    boolean mayRise = false;
    for (int i = 0; i < epochs.length; i++) {
      Watermark stored = before.get(i).watermark();
      Watermark mark = after.get(i).watermark();
      // A claim does not know what others have stored before it.
      if (mark != null && (stored == null || stored.epoch() < mark.epoch())) {
        epochs[i] = mark.epoch();
        mayRise = true;
      }
    }
    if (!mayRise) {
      return;
    }
    Object[] partitions = after.stream().map(Claim::partition).toArray();
    try (PreparedStatement statement = connection.prepareStatement(RAISE)) {
      statement.setArray(1, connection.createArrayOf("int4", partitions));
      statement.setArray(2, connection.createArrayOf("int4", epochs));
      statement.setString(3, rollup.name());
      statement.setInt(4, rollup.generation());
      statement.executeUpdate();
    }
  }
}
