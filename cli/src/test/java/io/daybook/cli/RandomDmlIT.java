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
import java.util.ArrayList;
import java.util.List;
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
      TopicRecords.assertValid(rig, root.resolve("schemas"));
    }
  }

  /**
   * A slot waits for the transactions that were open when it was asked for, and streams those that
   * began while it waited: both kinds are there, with changes before and after.
   */
  private static void startAcrossOpenTransactions(
      PipelineRig rig, RandomDml dml, boolean resnapshot) throws Exception {
    try (RandomDml.OpenTransactions before = dml.openSome(HELD_OPEN)) {
      rig.startRoles(resnapshot);
      rig.await("the slot's creation", () -> slotIsWaiting(rig));
      try (RandomDml.OpenTransactions during = dml.openSome(HELD_OPEN)) {
        dml.run(200);
        before.finish();
        rig.await("streaming", () -> rig.capture().phase() == Phase.STREAMING);
        dml.run(200);
        during.finish();
      }
    }
  }

  /** True while a replication slot is being created and waits for older transactions. */
  private static boolean slotIsWaiting(PipelineRig rig) {
    String sql =
        "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'walsender'"
            + " AND query LIKE 'CREATE_REPLICATION_SLOT%' AND wait_event_type = 'Lock'";
    try (var connection = rig.stack().superuser().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next();
    } catch (java.sql.SQLException e) {
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
    System.out.println(
        "RandomDmlIT: " + when + ": " + verification.rowsCompared() + " rows equal");
  }

  private static long cells(RandomDml dml) {
    try {
      return dml.liveCells();
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
