// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** The rows of {@code daybook.progress} of one rollup: who may write, from which offset. */
final class ProgressTable {
  private static final String TAKE_OVER =
      """
      UPDATE daybook.progress SET fence = fence + 1
      WHERE rollup = ? AND generation = ? AND partition = ?
      RETURNING fence, "offset",
        "offset" > 0 AND updated_at < clock_timestamp() - make_interval(secs => ?) AS long_away
      """;

  /**
   * Late is what was further behind than the limit, until it is back within half of it or has been
   * within it for as long as it is. A source's clock that is ahead makes nothing fresher than now.
   */
  private static final String ADVANCE =
      """
      UPDATE daybook.progress p
      SET "offset" = n.next,
          watermark_epoch = coalesce(n.epoch, p.watermark_epoch),
          watermark_lsn = coalesce(n.lsn::pg_lsn, p.watermark_lsn),
          watermark_time = coalesce(n.time, p.watermark_time),
          updated_at = clock_timestamp(),
          late_at = CASE
            WHEN n.time IS NULL THEN p.late_at
            WHEN clock_timestamp() - n.time > s.freshness_limit
              OR clock_timestamp() - p.watermark_time > s.freshness_limit THEN clock_timestamp()
            WHEN clock_timestamp() - n.time > s.freshness_limit / 2
              AND clock_timestamp() - p.late_at < s.freshness_limit THEN p.late_at
          END
      FROM (SELECT partition, fence, old, next, epoch, lsn,
                   CASE WHEN time IS NOT NULL
                        THEN least(time::timestamptz, clock_timestamp()) END AS time
            FROM unnest(?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::text[],
                        ?::text[]) AS n(partition, fence, old, next, epoch, lsn, time)) n,
           (SELECT max(freshness_limit) AS freshness_limit FROM daybook.setting) s
      WHERE p.rollup = ? AND p.generation = ? AND p.partition = n.partition
        AND p.fence = n.fence AND p."offset" = n.old
      """;

  private static final String HELD =
      """
      SELECT count(*)
      FROM   daybook.progress p
      JOIN   unnest(?::int[], ?::bigint[]) AS n(partition, fence) USING (partition, fence)
      WHERE  p.rollup = ? AND p.generation = ?""";

  private final Rollup rollup;

  ProgressTable(Rollup rollup) {
    this.rollup = rollup;
  }

  /**
   * A partition that has just been taken over.
   *
   * @param longAway deletes may have been compacted away since its last batch
   */
  record Takeover(Claim claim, boolean longAway) {}

  /** Voids every older claim, once a transaction of it that is under way has ended. */
  Takeover takeOver(Connection connection, int partition) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE_OVER)) {
      statement.setString(1, rollup.name());
      statement.setInt(2, rollup.generation());
      statement.setInt(3, partition);
      statement.setDouble(4, Topics.TOMBSTONES_LIVE.toSeconds());
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          throw new SinkException(
              ("Rollup %s, generation %d has no row in daybook.progress for partition %d: its topic"
                      + " has more partitions than were prepared. Run 'daybook migrate'.")
                  .formatted(rollup.name(), rollup.generation(), partition));
        }
        Claim claim = new Claim(partition, result.getLong(1), result.getLong(2), null);
        return new Takeover(claim, result.getBoolean(3));
      }
    }
  }

  /** Throws where a claim is void: who has nothing to write would not notice. */
  void requireHeld(Connection connection, List<Claim> claims) throws SQLException, FencedException {
    try (PreparedStatement statement = connection.prepareStatement(HELD)) {
      bind(connection, statement, 1, "int4", claims, Claim::partition);
      bind(connection, statement, 2, "int8", claims, Claim::fence);
      statement.setString(3, rollup.name());
      statement.setInt(4, rollup.generation());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getInt(1) != claims.size()) {
          throw new FencedException(
              "Rollup %s, generation %d: %d of %d partitions are to be taken over anew"
                  .formatted(
                      rollup.name(),
                      rollup.generation(),
                      claims.size() - row.getInt(1),
                      claims.size()));
        }
      }
    }
  }

  /**
   * Moves the partitions on, from each claim to the one in the same place of {@code after}.
   *
   * <p>The first statement of a batch, but for what goes before a new epoch: two sinks that hold a
   * partition meet at its row, and the one with the older fence has touched no rows yet.
   */
  void advance(Connection connection, List<Claim> before, List<Claim> after)
      throws SQLException, FencedException {
    try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
      bind(connection, statement, 1, "int4", before, Claim::partition);
      bind(connection, statement, 2, "int8", before, Claim::fence);
      bind(connection, statement, 3, "int8", before, Claim::next);
      bind(connection, statement, 4, "int8", after, Claim::next);
      bind(connection, statement, 5, "int4", after, of(Watermark::epoch));
      bind(connection, statement, 6, "text", after, of(mark -> mark.commitLsn().toString()));
      bind(connection, statement, 7, "text", after, of(mark -> mark.commitTime().toString()));
      statement.setString(8, rollup.name());
      statement.setInt(9, rollup.generation());
      int moved = statement.executeUpdate();
      if (moved != before.size()) {
        throw new FencedException(
            "Rollup %s, generation %d: %d of %d partitions have been taken over by another sink"
                .formatted(
                    rollup.name(), rollup.generation(), before.size() - moved, before.size()));
      }
    }
  }

  private static Function<Claim, Object> of(Function<Watermark, Object> field) {
    return claim -> claim.watermark() == null ? null : field.apply(claim.watermark());
  }

  private static void bind(
      Connection connection,
      PreparedStatement statement,
      int index,
      String type,
      List<Claim> claims,
      Function<Claim, Object> field)
      throws SQLException {
    Object[] values = claims.stream().map(field).toArray();
    statement.setArray(index, connection.createArrayOf(type, values));
  }
}
