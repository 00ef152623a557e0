// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import io.daybook.schemas.topic.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Waits until the rollup's table holds everything up to a position. */
final class CatchUp {
  /** An idle source has nothing for a watermark to move past: this gives it something. */
  private static final String NUDGE = "SELECT pg_logical_emit_message(true, 'daybook', 'verify')";

  private static final Duration NUDGE_AGAIN_AFTER = Duration.ofSeconds(5);

  private static final String REACHED =
      """
      SELECT f.complete_through_lsn::text
      FROM   daybook.current_generation p
      JOIN   daybook.freshness f ON f.rollup = p.rollup
                                AND f.generation = coalesce(?, p.generation)
      WHERE  p.rollup = ?""";

  private static final String UNDEFINED_TABLE = "42P01";
  private static final String NO_DATA_FOUND = "P0002";

  private final DataSource source;
  private final DataSource target;
  private final Limits limits;
  private final VerificationProgress progress;

  CatchUp(DataSource source, DataSource target, Limits limits, VerificationProgress progress) {
    this.source = source;
    this.target = target;
    this.limits = limits;
    this.progress = progress;
  }

  /**
   * A transaction on the target whose snapshot is complete through the position; to be closed with
   * {@link ReadSession#close}. Freshness and rows come from this one snapshot.
   *
   * @return empty when the time was up before
   */
  Optional<Connection> await(RollupQueries rollup, Lsn wanted)
      throws SQLException, InterruptedException {
    long start = System.nanoTime();
    long nudgedAt = nudge();
    while (true) {
      Connection connection = ReadSession.open(target, List.of());
      Lsn reached;
      try {
        reached = reached(connection, rollup);
      } catch (SQLException e) {
        ReadSession.close(connection);
        throw e;
      }
      if (reached != null && reached.compareTo(wanted) >= 0) {
        return Optional.of(connection);
      }
      ReadSession.close(connection);
      long now = System.nanoTime();
      if (now - start >= limits.catchUp().toNanos()) {
        return Optional.empty();
      }
      progress.waiting(rollup.rollup().name(), wanted, reached);
      if (now - nudgedAt >= NUDGE_AGAIN_AFTER.toNanos()) {
        nudgedAt = nudge();
      }
      Thread.sleep(limits.poll().toMillis());
    }
  }

  private long nudge() throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(NUDGE);
    }
    return System.nanoTime();
  }

  private static Lsn reached(Connection target, RollupQueries queries) throws SQLException {
    String rollup = queries.rollup().name();
    try (PreparedStatement statement = target.prepareStatement(REACHED)) {
      statement.setObject(1, queries.pinned(), Types.INTEGER);
      statement.setString(2, rollup);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException(
              "The target has no rollup '%s': run 'daybook migrate' first".formatted(rollup),
              NO_DATA_FOUND);
        }
        return row.getString(1) == null ? null : Lsn.parse(row.getString(1));
      }
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        throw new SQLException(
            "The target cannot tell how fresh rollup '%s' is: %s. Run 'daybook migrate' first"
                .formatted(rollup, e.getMessage()),
            UNDEFINED_TABLE,
            e);
      }
      throw e;
    }
  }
}
