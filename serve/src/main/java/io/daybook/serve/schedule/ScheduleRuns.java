// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.schedule;

import io.daybook.serve.verification.Verification;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of {@code daybook.schedule_run}. */
public final class ScheduleRuns {
  private static final int FINDING_LENGTH_MAX = 1_000;

  /** Runs that have ended are forgotten after this. */
  private static final String KEPT = "90 days";

  private static final String ASK =
      """
      INSERT INTO daybook.schedule_run (key, first_day) VALUES (?, ?::date)
      ON CONFLICT (key) DO NOTHING""";

  private static final String READ =
      """
      SELECT key, asked_at, first_day::text, began_at, ended_at, position::text, rows, differences,
             remaining, refreshes, finding
      FROM   daybook.schedule_run
      WHERE  %s""";

  private static final String PENDING = READ.formatted("ended_at IS NULL ORDER BY asked_at");
  private static final String ONE = READ.formatted("key = ?");
  private static final String LAST = READ.formatted("true ORDER BY asked_at DESC LIMIT 10");

  private static final String BEGINS =
      "UPDATE daybook.schedule_run SET began_at = coalesce(began_at, clock_timestamp()) WHERE key = ?";

  private static final String LOOKED =
      """
      UPDATE daybook.schedule_run
      SET    position = ?::pg_lsn, rows = ?, differences = ?, refreshes = ?
      WHERE  key = ?""";

  private static final String ENDS =
      """
      UPDATE daybook.schedule_run
      SET    ended_at = clock_timestamp(), remaining = ?, finding = left(?, %d)
      WHERE  key = ?"""
          .formatted(FINDING_LENGTH_MAX);

  private static final String FORGET =
      """
      DELETE FROM daybook.schedule_run
      WHERE  ended_at < clock_timestamp() - interval '%s'"""
          .formatted(KEPT);

  private ScheduleRuns() {}

  /**
   * Asks for a run; a key that was asked for before is left as it is.
   *
   * @return whether it is new
   */
  public static boolean ask(Connection target, String key, String firstDay) throws SQLException {
    return update(target, ASK, key, firstDay) > 0;
  }

  /** Those that have not ended, in the order in which they were asked for. */
  public static List<ScheduleRun> pending(Connection target) throws SQLException {
    return read(target, PENDING);
  }

  /** One of them. */
  public static Optional<ScheduleRun> find(Connection target, String key) throws SQLException {
    return read(target, ONE, key).stream().findFirst();
  }

  /** The last ten, the last one first. */
  public static List<ScheduleRun> last(Connection target) throws SQLException {
    return read(target, LAST);
  }

  /** It is being looked for differences. */
  public static void begins(Connection target, ScheduleRun run) throws SQLException {
    update(target, BEGINS, run.key());
  }

  /**
   * What was found, and asked for because of it.
   *
   * @param differences keys
   */
  public static void looked(
      Connection target,
      ScheduleRun run,
      Verification found,
      long differences,
      List<Long> refreshes)
      throws SQLException {
    String lsn = found.position() == null ? null : found.position().lsn();
    Array ids = target.createArrayOf("bigint", refreshes.toArray());
    update(target, LOOKED, lsn, found.rowsCompared(), differences, ids, run.key());
  }

  /**
   * Nothing more will come of it.
   *
   * @param remaining keys that still differ
   * @param finding null where everything is all right
   */
  public static void ends(Connection target, ScheduleRun run, long remaining, String finding)
      throws SQLException {
    update(target, ENDS, remaining, finding, run.key());
    update(target, FORGET);
  }

  private static List<ScheduleRun> read(Connection target, String sql, Object... values)
      throws SQLException {
    List<ScheduleRun> runs = new ArrayList<>();
    try (PreparedStatement statement = bound(target, sql, values);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        Array refreshes = row.getArray(10);
        runs.add(
            new ScheduleRun(
                row.getString(1),
                instant(row, 2),
                row.getString(3),
                instant(row, 4),
                instant(row, 5),
                row.getString(6),
                row.getObject(7, Long.class),
                row.getObject(8, Long.class),
                row.getObject(9, Long.class),
                refreshes == null ? null : List.of((Long[]) refreshes.getArray()),
                row.getString(11)));
      }
    }
    return runs;
  }

  private static int update(Connection target, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = bound(target, sql, values)) {
      return statement.executeUpdate();
    }
  }

  private static PreparedStatement bound(Connection target, String sql, Object... values)
      throws SQLException {
    PreparedStatement statement = target.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    Timestamp timestamp = row.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }
}
