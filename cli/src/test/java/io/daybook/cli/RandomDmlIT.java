// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random statements on all reference tables, through the real parts, with rests at which rollup and
 * live query must be equal. Transactions are held open across the slot's creation, so that their
 * changes lie on both sides of its consistent point, and across a second snapshot. Another seed:
 * {@code -Ddaybook.seed=N}; more: {@code -Ddaybook.statements=N}.
 */
class RandomDmlIT {
  private static final int RESTS = 10;
  private static final int SECOND_SNAPSHOT_AFTER = 5;
  private static final int HELD_OPEN = 4;

  @TempDir Path folder;

  @Test
  void rollupsEqualTheLiveQueryAfterRandomStatements() throws Exception {
    long seed = Long.getLong("daybook.seed", RandomGenerator.getDefault().nextInt(1_000_000));
    int statements = Integer.getInteger("daybook.statements", 20_000);
    System.out.println("RandomDmlIT: " + statements + " statements, -Ddaybook.seed=" + seed);
    Path root = Path.of("").toAbsolutePath().getParent();
    String ddl = Files.readString(root.resolve("schemas/reference/schema.sql"));
    try (PipelineRig rig =
            PipelineRig.start(folder, ddl, root.resolve("schemas/rollups").toAbsolutePath());
        RandomDml dml = new RandomDml(() -> rig.source().getConnection(), seed)) {
      dml.fill();
      rig.migrate();
      startAcrossOpenTransactions(rig, dml, false);
      for (int rest = 1; rest <= RESTS; rest++) {
        dml.run(statements / RESTS);
        assertEqual(rig, dml, "rest " + rest + ", seed " + seed);
        if (rest == SECOND_SNAPSHOT_AFTER) {
          rig.stopRoles();
          startAcrossOpenTransactions(rig, dml, true);
        }
      }
      System.out.println("RandomDmlIT: seed " + seed + ", " + dml.counts());
      TopicRecords.assertValid(rig.installation());
    }
  }

  /**
   * Creating a slot waits twice: for the transactions that are open when it is asked for, and for
   * those that are open when the first have ended. Those that begin during the second wait are
   * streamed from their first change on, which lies before the consistent point. One lot of each.
   */
  private static void startAcrossOpenTransactions(
      PipelineRig rig, RandomDml dml, boolean resnapshot) throws Exception {
    try (RandomDml.OpenTransactions first = dml.openSome(HELD_OPEN)) {
      rig.startRoles(resnapshot);
      rig.await("the slot's first wait", () -> !waitedFor(rig).isEmpty());
      Set<Integer> waitedForFirst = waitedFor(rig);
      try (RandomDml.OpenTransactions second = dml.openSome(HELD_OPEN)) {
        first.finish();
        rig.await("the slot's second wait", () -> waitsForOthersThan(rig, waitedForFirst));
        try (RandomDml.OpenTransactions third = dml.openSome(2)) {
          dml.run(100);
          second.finish();
          rig.await("streaming", () -> rig.capture().phase() == Phase.STREAMING);
          dml.run(100);
          third.finish();
        }
      }
    }
  }

  private static boolean waitsForOthersThan(PipelineRig rig, Set<Integer> earlier) {
    Set<Integer> now = waitedFor(rig);
    return !now.isEmpty() && Collections.disjoint(now, earlier);
  }

  /** Processes whose transactions hold up the creation of a replication slot. */
  private static Set<Integer> waitedFor(PipelineRig rig) {
    String sql =
        "SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity"
            + " WHERE backend_type = 'walsender' AND query LIKE '%REPLICATION_SLOT%'";
    Set<Integer> processes = new HashSet<>();
    try (Connection connection = rig.stack().superuser().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        processes.add(rows.getInt(1));
      }
      return processes;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertEqual(PipelineRig rig, RandomDml dml, String when) throws Exception {
    Verification verification = rig.verify();
    assertEquals(
        Verdict.EQUAL,
        verification.verdict(),
        () -> when + ": " + verification.differences() + verification.reasons());
    assertTrue(
        verification.rowsCompared() > 1_000,
        () -> when + ": only " + verification.rowsCompared() + " rows; " + cells(dml));
    List<String> differences = new ArrayList<>();
    for (Rollup rollup : rig.rollups()) {
      differences.addAll(rig.differencesInOneSnapshot(rollup));
    }
    assertEquals(List.of(), differences, when);
    System.out.println("RandomDmlIT: " + when + ": " + verification.rowsCompared() + " rows equal");
  }

  private static long cells(RandomDml dml) {
    try {
      return dml.liveCells();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
