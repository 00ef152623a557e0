// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.rollout;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The rows of {@code daybook.rollout}: of each rollup the last one. */
public final class Rollouts {
  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('daybook-rollout ' || ?, 0))";

  private static final String BEGIN =
      """
      INSERT INTO daybook.rollout (rollup, workspace, percents, soak_ms, packet)
      VALUES (?, ?, ?, ?, ?::jsonb)
      ON CONFLICT (rollup) DO UPDATE
      SET workspace = excluded.workspace, percents = excluded.percents,
          soak_ms = excluded.soak_ms, packet = excluded.packet, step = 0,
          began_at = clock_timestamp(), step_began_at = clock_timestamp(), ended_at = NULL
      WHERE rollout.ended_at IS NOT NULL""";

  private static final String FIND =
      """
      SELECT workspace, percents, soak_ms, step, began_at, step_began_at, ended_at IS NOT NULL,
             packet::text,
             greatest(0, soak_ms - extract(epoch FROM clock_timestamp() - step_began_at) * 1000)
               ::bigint
      FROM   daybook.rollout
      WHERE  rollup = ?""";

  private static final String STEP =
      """
      UPDATE daybook.rollout
      SET    step = ?, step_began_at = clock_timestamp(), packet = ?::jsonb
      WHERE  rollup = ?""";

  private static final String NOTE =
      "UPDATE daybook.rollout SET packet = ?::jsonb WHERE rollup = ? AND ended_at IS NULL";

  private static final String END =
      """
      UPDATE daybook.rollout SET ended_at = clock_timestamp(), packet = ?::jsonb
      WHERE  rollup = ?""";

  private Rollouts() {}

  /** Whether this connection is the one that takes the rollup's rollout on from here. */
  public static boolean tryLock(Connection target, String rollup) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(TRY_LOCK)) {
      statement.setString(1, rollup);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Begins one, unless one is under way. */
  public static void begin(
      Connection target,
      String rollup,
      String workspace,
      List<Integer> percents,
      Duration soak,
      String packet)
      throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(BEGIN)) {
      statement.setString(1, rollup);
      statement.setString(2, workspace);
      statement.setArray(3, target.createArrayOf("int4", percents.toArray()));
      statement.setLong(4, soak.toMillis());
      statement.setString(5, packet);
      statement.executeUpdate();
    }
  }

  /** The last one. */
  public static Optional<RolloutState> find(Connection target, String rollup) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(FIND)) {
      statement.setString(1, rollup);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new RolloutState(
                rollup,
                row.getString(1),
                List.of((Integer[]) row.getArray(2).getArray()),
                Duration.ofMillis(row.getLong(3)),
                Duration.ofMillis(row.getLong(9)),
                row.getInt(4),
                row.getTimestamp(5).toInstant(),
                row.getTimestamp(6).toInstant(),
                row.getBoolean(7),
                row.getString(8)));
      }
    }
  }

  /** Enters a step. */
  public static void step(Connection target, String rollup, int step, String packet)
      throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(STEP)) {
      statement.setInt(1, step);
      statement.setString(2, packet);
      statement.setString(3, rollup);
      statement.executeUpdate();
    }
  }

  /** Writes evidence down, unless it was ended meanwhile. */
  public static void note(Connection target, String rollup, String packet) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(NOTE)) {
      statement.setString(1, packet);
      statement.setString(2, rollup);
      statement.executeUpdate();
    }
  }

  /** Ends it. */
  public static void end(Connection target, String rollup, String packet) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(END)) {
      statement.setString(1, packet);
      statement.setString(2, rollup);
      statement.executeUpdate();
    }
  }
}
