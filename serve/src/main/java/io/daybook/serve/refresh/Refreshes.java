// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.refresh;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.topic.RefreshScope;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The rows of {@code daybook.refresh}. */
public final class Refreshes {
  /**
   * Who does not answer is asked again after this: a process may have ended before it had sent all.
   */
  private static final String ASK_AGAIN = "20 s";

  /** JSON's numbers are exact below. */
  private static final long IDS = 1L << 53;

  private static final String ASK =
      """
      INSERT INTO daybook.refresh (id, rollup, generation, scope, until) VALUES (?, ?, ?, ?, ?)""";

  private static final String READ =
      """
      SELECT r.id, r.rollup, r.generation, r.scope, r.until,
             ARRAY(SELECT n
                   FROM   generate_series(0, g.partitions - 1) n
                   LEFT   JOIN daybook.progress p
                          ON p.rollup = r.rollup AND p.generation = r.generation AND p.partition = n
                   WHERE  CASE WHEN r.until IS NULL
                               THEN NOT EXISTS (SELECT FROM daybook.refresh_part d
                                                WHERE d.id = r.id AND d.partition = n)
                               ELSE coalesce(p."offset", 0) < r.until[n + 1] END
                   ORDER  BY 1),
             coalesce(clock_timestamp() > r.sent_at + interval '%s', true),
             r.removed, r.failed,
             (SELECT count(*) FROM daybook.refresh_part d WHERE d.id = r.id AND NOT d.complete)
      FROM   daybook.refresh r
      JOIN   daybook.generation g USING (rollup, generation)
      WHERE  %%s
      ORDER  BY r.asked_at, r.id"""
          .formatted(ASK_AGAIN);

  private static final String PENDING = READ.formatted("r.done_at IS NULL");
  private static final String ONE = READ.formatted("r.id = ?");

  private static final String SENT =
      "UPDATE daybook.refresh SET sent_at = clock_timestamp() WHERE id = ?";

  private static final String FAILED =
      "UPDATE daybook.refresh SET done_at = clock_timestamp(), failed = ? WHERE id = ?";

  private static final String DONE =
      """
      UPDATE daybook.refresh SET done_at = clock_timestamp(), removed = ?
      WHERE  id = ? AND done_at IS NULL""";

  private static final String FORGET_PARTS = "DELETE FROM daybook.refresh_part WHERE id = ?";

  /** What came of a refresh is known for so long. */
  private static final String FORGET_OLD =
      "DELETE FROM daybook.refresh WHERE done_at < clock_timestamp() - interval '90 days'";

  /**
   * By transactions and not by time, which may be set back; but for what is so old that the age of
   * its transaction may have passed the end of its numbers.
   */
  private static final String SWEEP =
      """
      WITH gone AS (
        DELETE FROM %s t
        USING  daybook.refresh r
        WHERE  r.id = ? AND r.asked_xid < pg_current_xact_id()
          AND  (age(t.xmin) > age(r.asked_xid::xid)
                OR t.updated_at < r.asked_at - interval '1 day')%s
        RETURNING t.workspace_id),
      noted AS (
        INSERT INTO daybook.note (rollup, generation, partition, workspace, seq)
        SELECT ?, ?, %d, w.workspace_id, nextval('daybook.note_seq')
        FROM  (SELECT DISTINCT workspace_id FROM gone ORDER BY 1) w
        ON CONFLICT (rollup, generation, partition, workspace) DO UPDATE SET seq = excluded.seq)
      SELECT count(*) FROM gone""";

  /** Doubts that there are still stand in the topic. */
  private static final String FORGET_DOUBTS =
      "DELETE FROM daybook.degraded WHERE rollup = ? AND generation = ?";

  private static final String RESET =
      """
      UPDATE daybook.progress
      SET    "offset" = 0, fence = fence + 1,
             watermark_epoch = NULL, watermark_lsn = NULL, watermark_time = NULL,
             updated_at = now()
      WHERE  rollup = ? AND generation = ?""";

  private Refreshes() {}

  /** Asks for one; returns its id. */
  public static long ask(Connection target, String rollup, int generation, RefreshScope scope)
      throws SQLException {
    return ask(target, rollup, generation, scope, null);
  }

  /**
   * Lets the sink read the rollup topic anew from its beginning, in a transaction of the caller's.
   *
   * @param until end of each partition now
   */
  public static long readAnew(Connection target, String rollup, int generation, List<Long> until)
      throws SQLException {
    long id = ask(target, rollup, generation, RefreshScope.of(List.of()), until);
    update(target, RESET, rollup, generation);
    update(target, FORGET_DOUBTS, rollup, generation);
    return id;
  }

  private static long ask(
      Connection target, String rollup, int generation, RefreshScope scope, List<Long> until)
      throws SQLException {
    long id = ThreadLocalRandom.current().nextLong(1, IDS);
    try (PreparedStatement statement = target.prepareStatement(ASK)) {
      statement.setLong(1, id);
      statement.setString(2, rollup);
      statement.setInt(3, generation);
      statement.setString(4, scope.write());
      statement.setArray(5, until == null ? null : target.createArrayOf("bigint", until.toArray()));
      statement.executeUpdate();
    }
    return id;
  }

  /** Those of which something is still to come, in the order in which they were asked for. */
  public static List<Refresh> pending(Connection target) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(PENDING)) {
      return read(statement);
    }
  }

  /** One of them. */
  public static Optional<Refresh> find(Connection target, long id) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(ONE)) {
      statement.setLong(1, id);
      return read(statement).stream().findFirst();
    }
  }

  private static List<Refresh> read(PreparedStatement statement) throws SQLException {
    List<Refresh> all = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        Array until = row.getArray(5);
        all.add(
            new Refresh(
                row.getLong(1),
                row.getString(2),
                row.getInt(3),
                RefreshScope.read(row.getString(4)),
                until == null ? null : List.of((Long[]) until.getArray()),
                List.of((Integer[]) row.getArray(6).getArray()),
                row.getBoolean(7),
                row.getObject(8, Long.class),
                row.getString(9),
                row.getInt(10)));
      }
    }
    return all;
  }

  /** The aggregate has been asked. */
  public static void sent(Connection target, Refresh refresh) throws SQLException {
    update(target, SENT, refresh.id());
  }

  /** Nothing more will come of it. */
  public static void failed(Connection target, Refresh refresh, String why) throws SQLException {
    update(target, FAILED, why, refresh.id());
    forget(target, refresh);
  }

  private static void forget(Connection target, Refresh refresh) throws SQLException {
    update(target, FORGET_PARTS, refresh.id());
    update(target, FORGET_OLD);
  }

  /**
   * Removes the rows of its scope that have not been written since it was asked for, notes their
   * workspaces, and is done; in a transaction of its own.
   *
   * @return how many there were
   */
  public static long sweep(Connection target, Refresh refresh) throws SQLException {
    target.setAutoCommit(false);
    try {
      long removed = refresh.scope().byKeys() ? 0 : swept(target, refresh);
      update(target, DONE, removed, refresh.id());
      forget(target, refresh);
      target.commit();
      return removed;
    } finally {
      target.rollback();
      target.setAutoCommit(true);
    }
  }

  private static long swept(Connection target, Refresh refresh) throws SQLException {
    String table =
        DaybookSchema.qualified(RollupTable.partitionName(refresh.rollup(), refresh.generation()));
    String sql = SWEEP.formatted(table, condition(refresh.scope()), BaseTables.SWITCH_PARTITION);
    try (PreparedStatement statement = target.prepareStatement(sql)) {
      statement.setLong(1, refresh.id());
      statement.setString(2, refresh.rollup());
      statement.setInt(3, refresh.generation());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** How many rows the table of its generation has. */
  public static long rows(Connection target, Refresh refresh) throws SQLException {
    String table = RollupTable.partitionName(refresh.rollup(), refresh.generation());
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM " + DaybookSchema.qualified(table))) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String condition(RefreshScope scope) {
    StringBuilder condition = new StringBuilder();
    if (!scope.workspaces().isEmpty()) {
      condition
          .append(" AND t.workspace_id IN (")
          .append(scope.workspaces().stream().map(Identifier::literal).collect(joining(", ")))
          .append(')');
    }
    return condition
        .append(" AND t.day BETWEEN ")
        .append(Identifier.literal(scope.from()))
        .append(" AND ")
        .append(Identifier.literal(scope.to()))
        .toString();
  }

  private static void update(Connection target, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
