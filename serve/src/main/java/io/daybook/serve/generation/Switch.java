// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.generation;

import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.DaybookSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Gives readers another generation of a rollup: one transaction moves the pointer, says what became
 * of both, and notes every workspace of either one, so that no cached answer outlives the switch.
 */
public final class Switch {
  private static final String LOCK =
      "SELECT generation FROM daybook.current_generation WHERE rollup = ? FOR UPDATE";

  /** Whether each of its partitions holds what the other one's does: no reader goes back. */
  private static final String IS_AHEAD =
      """
      SELECT NOT EXISTS (
        SELECT FROM daybook.progress a JOIN daybook.progress b USING (rollup, partition)
        WHERE  rollup = ? AND a.generation = ? AND b.generation = ?
          AND  (a.watermark_epoch, a.watermark_lsn) < (b.watermark_epoch, b.watermark_lsn))""";

  /** Whether no epoch has begun since it was compared. */
  private static final String IS_AS_COMPARED =
      """
      SELECT coalesce(max(watermark_epoch), 0) <= ? FROM daybook.progress
      WHERE  rollup = ? AND generation = ?""";

  private static final String ARRIVES =
      """
      UPDATE daybook.recompute
      SET    phase = 'current', switched_at = clock_timestamp(), leaves_at = NULL, finding = NULL,
             verified_at = CASE WHEN phase = 'building' THEN clock_timestamp() ELSE verified_at END
      WHERE  rollup = ? AND generation = ? AND phase = ? AND (swap OR phase = 'kept')
      RETURNING keep_running""";

  private static final String POINT =
      "UPDATE daybook.current_generation SET generation = ? WHERE rollup = ?";

  private static final String OLDER_LEAVE =
      """
      UPDATE daybook.recompute SET phase = 'leaving'
      WHERE  rollup = ? AND phase = 'kept' AND generation <> ?""";

  private static final String IS_KEPT =
      """
      INSERT INTO daybook.recompute AS r (rollup, generation, phase, keep_running, leaves_at)
      VALUES (?, ?, 'kept', ?, clock_timestamp() + make_interval(secs => ?))
      ON CONFLICT (rollup, generation) DO UPDATE
        SET phase = 'kept', keep_running = excluded.keep_running, leaves_at = excluded.leaves_at""";

  private static final String IS_VERIFIED =
      "DELETE FROM daybook.unverified WHERE rollup = ? AND generation = ? AND epoch <= ?";

  /** Those too whose last row is gone, while the note that says so still waits. */
  private static final String NOTE =
      """
      INSERT INTO daybook.note (rollup, generation, partition, workspace, seq)
      SELECT ?, ?, %d, w.workspace, nextval('daybook.note_seq')
      FROM  (SELECT workspace_id AS workspace FROM %s WHERE generation IN (?, ?)
             UNION
             SELECT workspace FROM daybook.note WHERE rollup = ? AND generation IN (?, ?)) w
      ORDER  BY w.workspace
      ON CONFLICT (rollup, generation, partition, workspace) DO UPDATE SET seq = excluded.seq""";

  private final Connection target;
  private final String rollup;
  private final Duration keep;

  /**
   * @param target in a transaction of its own, which {@link #to} and {@link #back} end
   * @param keep how long the one that is replaced can be had back
   */
  public Switch(Connection target, String rollup, Duration keep) {
    this.target = target;
    this.rollup = rollup;
    this.keep = keep;
  }

  /**
   * To one that has been compared, or is forced.
   *
   * @param next as it was before it was compared
   * @param patient whether to wait for a moment when it holds all that the current one holds
   * @return false where that is not now, or where it may not be switched to any more
   */
  public boolean to(Generation next, boolean patient) throws SQLException {
    return move(next, Phase.BUILDING, patient);
  }

  /** Back to one that is kept; false where it is not. */
  public boolean back(Generation kept) throws SQLException {
    return move(kept, Phase.KEPT, false);
  }

  private boolean move(Generation next, Phase from, boolean patient) throws SQLException {
    boolean done = false;
    try {
      done = moved(next, from, patient);
      return done;
    } finally {
      if (done) {
        target.commit();
      } else {
        target.rollback();
      }
    }
  }

  private boolean moved(Generation next, Phase from, boolean patient) throws SQLException {
    Integer current = number(LOCK, rollup);
    if (current == null || current == next.number()) {
      return false;
    }
    if (patient && !isTrue(IS_AHEAD, rollup, next.number(), current)) {
      return false;
    }
    boolean compared = from == Phase.BUILDING;
    if (compared && !isTrue(IS_AS_COMPARED, next.epoch(), rollup, next.number())) {
      return false;
    }
    Boolean keepRunning = first(ARRIVES, rollup, next.number(), from.toString());
    if (keepRunning == null) {
      return false;
    }
    // Before the pointer: who turns the switch waits for whoever has moved one.
    note(next.number(), current);
    update(POINT, next.number(), rollup);
    update(OLDER_LEAVE, rollup, current);
    boolean running = compared && keepRunning;
    update(IS_KEPT, rollup, current, running, (double) keep.toMillis() / 1000);
    if (compared) {
      update(IS_VERIFIED, rollup, next.number(), next.epoch());
    }
    return true;
  }

  private void note(int to, int current) throws SQLException {
    String note =
        NOTE.formatted(BaseTables.SWITCH_PARTITION, DaybookSchema.qualified(rollup + "_rows"));
    update(note, rollup, to, current, to, rollup, current, to);
  }

  private boolean isTrue(String sql, Object... values) throws SQLException {
    return Boolean.TRUE.equals(first(sql, values));
  }

  /** The first value of the first row; null where there is none. */
  private Boolean first(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? (Boolean) row.getBoolean(1) : null;
      }
    }
  }

  private Integer number(String sql, String name) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getInt(1) : null;
      }
    }
  }

  private int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
