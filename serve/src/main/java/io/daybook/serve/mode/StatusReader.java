// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import io.daybook.schemas.topic.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/** Reads how the rollups stand, in one snapshot of the target. */
public final class StatusReader {
  private static final String ALL =
      """
      SELECT s.rollup, s.mode, s.generation, s.complete_through, s.complete_through_lsn::text,
             s.updated_at, s.notes, (extract(epoch FROM s.lag) * 1000)::bigint,
             CASE WHEN s.healing THEN 'healing'
                  WHEN s.lag IS NULL THEN 'building'
                  WHEN s.late OR s.lag > s.freshness_limit THEN 'stopped'
                  WHEN s.doubts > 0 THEN 'degraded'
                  ELSE 'running' END,
             s.doubts, s.workspaces, s.since, s.reason, s.own_modes,
             s.unverified_since, s.complete_through IS NOT NULL, s.tried_at, s.finding,
             s.on_stale
      FROM  (SELECT p.rollup, p.generation, f.complete_through, f.complete_through_lsn,
                    f.updated_at, f.healing, f.late, l.freshness_limit,
                    CASE WHEN c.percent < 100
                          AND coalesce(c.others, CASE WHEN c.mode = 'live' THEN 'rollup' END)
                              = 'rollup' THEN 'rollup' ELSE c.mode END AS mode,
                    d.doubts, d.workspaces, d.since, d.reason,
                    coalesce(l.on_stale_of ->> p.rollup, l.on_stale) AS on_stale,
                    u.since AS unverified_since, u.tried_at, u.finding,
                    clock_timestamp() - f.complete_through AS lag,
                    (SELECT count(*) FROM daybook.note n
                     WHERE n.rollup = p.rollup AND n.generation = p.generation) AS notes,
                    (SELECT count(*) FROM daybook.control c
                     WHERE c.rollup = p.rollup AND c.workspace IS NOT NULL) AS own_modes
             FROM   daybook.current_generation p
             CROSS  JOIN daybook.setting l
             LEFT   JOIN daybook.freshness f
                    ON f.rollup = p.rollup AND f.generation = p.generation
             LEFT   JOIN daybook.unverified u
                    ON u.rollup = p.rollup AND u.generation = p.generation
             LEFT   JOIN daybook.control c ON c.rollup = p.rollup AND c.workspace IS NULL
             CROSS  JOIN LATERAL
                    (SELECT coalesce(sum(rows), 0)::bigint AS doubts, min(since) AS since,
                            min(reason) AS reason,
                            array_agg(workspace ORDER BY workspace NULLS FIRST) AS workspaces
                     FROM   daybook.degraded
                     WHERE  rollup = p.rollup AND generation = p.generation) d) s
      ORDER  BY s.rollup""";

  private final DataSource target;

  public StatusReader(DataSource target) {
    this.target = target;
  }

  /** All rollups that have been migrated, by name. */
  public List<RollupStatus> read() throws SQLException {
    List<RollupStatus> all = new ArrayList<>();
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(ALL);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        String mode = row.getString(2);
        String lsn = row.getString(5);
        long lagMs = row.getLong(8);
        all.add(
            new RollupStatus(
                row.getString(1),
                mode == null ? Mode.DEFAULT : Mode.parse(mode),
                OnStale.parse(row.getString(19)),
                row.getLong(14),
                row.getString(9),
                row.getInt(3),
                instant(row.getTimestamp(4)),
                lsn == null ? null : Lsn.parse(lsn),
                lsn == null ? null : Long.valueOf(lagMs),
                instant(row.getTimestamp(6)),
                row.getLong(7),
                degradation(row),
                healing(row)));
      }
    }
    return all;
  }

  private static RollupStatus.Degradation degradation(ResultSet row) throws SQLException {
    if (row.getLong(10) == 0) {
      return null;
    }
    String[] workspaces = (String[]) row.getArray(11).getArray();
    return new RollupStatus.Degradation(
        row.getLong(10),
        Arrays.asList(workspaces),
        instant(row.getTimestamp(12)),
        row.getString(13));
  }

  private static RollupStatus.Healing healing(ResultSet row) throws SQLException {
    Instant since = instant(row.getTimestamp(15));
    return since == null
        ? null
        : new RollupStatus.Healing(
            since, row.getBoolean(16), instant(row.getTimestamp(17)), row.getString(18));
  }

  private static Instant instant(Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
