// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.shadow;

import io.daybook.serve.read.ReadQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The table of comparisons. */
public final class ShadowRecords {
  private static final Duration KEPT = Duration.ofDays(30);
  private static final int FINDING_LENGTH_MAX = 1_000;

  private static final String INSERT =
      """
      INSERT INTO daybook.shadow
        (rollup, generation, workspace, first_day, last_day, live_ms, rollup_ms, rows, mismatches,
         finding)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, left(?, %d))"""
          .formatted(FINDING_LENGTH_MAX);

  private static final String FORGET =
      "DELETE FROM daybook.shadow WHERE read_at < clock_timestamp() - make_interval(secs => ?)";

  /** Nearest rank, as the canary counts. */
  private static final String SUMMARY =
      """
      SELECT rollup, count(*), count(*) FILTER (WHERE mismatches > 0),
             count(*) FILTER (WHERE mismatches IS NULL),
             percentile_disc(0.95) WITHIN GROUP (ORDER BY live_ms),
             percentile_disc(0.95) WITHIN GROUP (ORDER BY rollup_ms)
      FROM   daybook.shadow
      WHERE  read_at >= ?
      GROUP  BY rollup""";

  private static final String FINDINGS =
      """
      SELECT finding FROM daybook.shadow
      WHERE  rollup = ? AND read_at >= ? AND finding IS NOT NULL
      ORDER  BY mismatches DESC NULLS LAST, id
      LIMIT  ?""";

  private ShadowRecords() {}

  /**
   * A comparison.
   *
   * @param liveMs how long the live answer took
   * @param rollupMs how long the rollup's did
   * @param rows of the live answer
   * @param mismatches keys that differ; null where that could not be decided
   * @param finding the first of them, or why it could not be decided; null for neither
   */
  public record Compared(
      Integer generation,
      double liveMs,
      double rollupMs,
      long rows,
      Long mismatches,
      String finding) {}

  /**
   * What the comparisons of a rollup come to.
   *
   * @param mismatched comparisons with keys that differ
   * @param undecided comparisons that could not be decided
   */
  public record Summary(
      long compared, long mismatched, long undecided, double liveP95Ms, double rollupP95Ms) {
    public static final Summary NONE = new Summary(0, 0, 0, 0, 0);
  }

  static void add(Connection target, ReadQuery query, Compared compared) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(INSERT)) {
      statement.setString(1, query.rollup().name());
      statement.setObject(2, compared.generation());
      statement.setString(3, query.workspace());
      statement.setObject(4, query.from());
      statement.setObject(5, query.to());
      statement.setDouble(6, compared.liveMs());
      statement.setDouble(7, compared.rollupMs());
      statement.setLong(8, compared.rows());
      statement.setObject(9, compared.mismatches());
      statement.setString(10, compared.finding());
      statement.executeUpdate();
    }
  }

  /** Forgets those of long ago. */
  static void forget(Connection target) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(FORGET)) {
      statement.setDouble(1, KEPT.toSeconds());
      statement.executeUpdate();
    }
  }

  /** Of each rollup that has any since then. */
  public static Map<String, Summary> since(Connection target, Instant since) throws SQLException {
    Map<String, Summary> all = new TreeMap<>();
    try (PreparedStatement statement = target.prepareStatement(SUMMARY)) {
      statement.setTimestamp(1, Timestamp.from(since));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          all.put(
              row.getString(1),
              new Summary(
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getDouble(5),
                  row.getDouble(6)));
        }
      }
    }
    return all;
  }

  /** Some of what was found since then, mismatches first. */
  public static List<String> findings(Connection target, String rollup, Instant since, int most)
      throws SQLException {
    List<String> all = new ArrayList<>();
    try (PreparedStatement statement = target.prepareStatement(FINDINGS)) {
      statement.setString(1, rollup);
      statement.setTimestamp(2, Timestamp.from(since));
      statement.setInt(3, most);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          all.add(row.getString(1));
        }
      }
    }
    return all;
  }
}
