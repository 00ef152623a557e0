// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of {@code daybook.unverified}, which the sink writes, as those who verify see them. A
 * row is read before a verification begins, and what is said of it afterwards holds for its epoch
 * only: another one may have begun meanwhile.
 */
public final class UnverifiedTable {
  private static final int FINDING_LENGTH_MAX = 1_000;

  /** A comparison that finds differences costs as much as any: again after 2 s, 4 s, … 5 min. */
  private static final int TRIES_MAX = 9;

  /** What could not be compared may be there again any moment: after 2 s, … 16 s. */
  private static final int TRIES_IN_VAIN_MAX = 4;

  private static final String READ =
      """
      SELECT u.rollup, u.generation, u.epoch,
             (SELECT count(*) = g.partitions FROM daybook.progress p
              WHERE p.rollup = u.rollup AND p.generation = u.generation
                AND p.watermark_epoch >= u.epoch AND p.watermark_lsn > '0/0')
               AND NOT EXISTS (SELECT FROM daybook.refresh r
                               WHERE r.rollup = u.rollup AND r.generation = u.generation
                                 AND r.until IS NOT NULL AND r.done_at IS NULL),
             coalesce(clock_timestamp() > u.tried_at
                        + least(interval '5 min', interval '1 s' * 2 ^ least(u.tries, %d)), true),
             u.finding
      FROM   daybook.unverified u
      JOIN   daybook.current_generation USING (rollup, generation)
      JOIN   daybook.generation g USING (rollup, generation)
      ORDER  BY u.tried_at NULLS FIRST, u.since, u.rollup"""
          .formatted(TRIES_MAX);

  private static final String DOUBT =
      """
      INSERT INTO daybook.unverified AS u (rollup, generation, epoch)
      SELECT ?, ?, coalesce(max(watermark_epoch), 0)
      FROM   daybook.progress
      WHERE  rollup = ? AND generation = ?
      ON CONFLICT (rollup, generation) DO UPDATE
        SET epoch = greatest(u.epoch, excluded.epoch), tries = 0, tried_at = NULL, finding = NULL""";

  private static final String CONFIRM =
      """
      DELETE FROM daybook.unverified u
      WHERE  u.rollup = ? AND u.generation = ? AND u.epoch <= ?
        AND  NOT EXISTS (SELECT FROM daybook.refresh r
                         WHERE r.rollup = u.rollup AND r.generation = u.generation
                           AND r.until IS NOT NULL AND r.done_at IS NULL)""";

  private static final String FOUND =
      """
      UPDATE daybook.unverified
      SET    tries = least(tries, ?) + 1, tried_at = clock_timestamp(), finding = left(?, ?)
      WHERE  rollup = ? AND generation = ? AND epoch = ?""";

  private UnverifiedTable() {}

  /** All of current generations, the one that was not tried for longest first. */
  public static List<Unverified> read(Connection target) throws SQLException {
    List<Unverified> all = new ArrayList<>();
    try (PreparedStatement statement = target.prepareStatement(READ);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        all.add(
            new Unverified(
                row.getString(1),
                row.getInt(2),
                row.getInt(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getString(6)));
      }
    }
    return all;
  }

  /** Lets readers get the live query until a verification has found nothing. */
  public static void doubt(Connection target, String rollup, int generation) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(DOUBT)) {
      statement.setString(1, rollup);
      statement.setInt(2, generation);
      statement.setString(3, rollup);
      statement.setInt(4, generation);
      statement.executeUpdate();
    }
  }

  /**
   * Gives the rollup back to its readers.
   *
   * @param compared as it was read before the verification that found nothing
   * @return false where it has been done, or another epoch has begun
   */
  public static boolean confirm(Connection target, Unverified compared) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(CONFIRM)) {
      statement.setString(1, compared.rollup());
      statement.setInt(2, compared.generation());
      statement.setInt(3, compared.epoch());
      return statement.executeUpdate() > 0;
    }
  }

  /** Leaves it, with the differences in words. */
  public static void differs(Connection target, Unverified compared, String finding)
      throws SQLException {
    found(target, compared, finding, TRIES_MAX - 1);
  }

  /** Leaves it, with the reason why it could not be compared. */
  public static void isOpen(Connection target, Unverified compared, String finding)
      throws SQLException {
    found(target, compared, finding, TRIES_IN_VAIN_MAX - 1);
  }

  private static void found(Connection target, Unverified compared, String finding, int tries)
      throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(FOUND)) {
      statement.setInt(1, tries);
      statement.setString(2, finding);
      statement.setInt(3, FINDING_LENGTH_MAX);
      statement.setString(4, compared.rollup());
      statement.setInt(5, compared.generation());
      statement.setInt(6, compared.epoch());
      statement.executeUpdate();
    }
  }
}
