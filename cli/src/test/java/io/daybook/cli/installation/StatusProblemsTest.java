// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.OnStale;
import io.daybook.serve.mode.RollupStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusProblemsTest {
  private static final Instant SINCE = Instant.parse("2026-03-01T09:59:00Z");

  @Test
  void withoutASlotReadersGetLiveWhereNoRollupIsReadAnyway() {
    assertEquals("the live query", withoutSlot(rollup(Mode.ROLLUP, "building")));
    assertEquals("the live query", withoutSlot(rollup(Mode.LIVE, "running")));
    assertEquals(
        "the rollup until it is stale, then the live query",
        withoutSlot(rollup(Mode.ROLLUP, "building"), rollup(Mode.ROLLUP, "running")));
    assertEquals("the rollup until it is stale, then the live query", withoutSlot());
  }

  @Test
  void howFarHealingIsAndWhatItWaitsFor() {
    assertSaid(healing(false, null), "its tables are read again", "'daybook run' works");
    assertSaid(healing(true, null), "is being verified", "with the role sink");
    assertSaid(
        healing(true, "differences: 3"),
        "2026-03-01T10:00:00Z does not give it back: diff",
        "Mend");
  }

  private static void assertSaid(RollupStatus.Healing healing, String what, String remedy) {
    StatusProblems problems = new StatusProblems(List.of());
    problems.rollup(
        new RollupStatus(
            "orders",
            Mode.ROLLUP,
            OnStale.LIVE,
            0,
            "healing",
            1,
            null,
            null,
            null,
            null,
            0,
            null,
            healing));
    StatusReport.Problem problem = problems.all().get(0);
    assertTrue(problem.what().contains(what), problem.what());
    assertTrue(problem.remedy().contains(remedy), problem.remedy());
    assertEquals(SINCE, problem.since());
    assertEquals("the live query", problem.readersGet());
  }

  private static RollupStatus.Healing healing(boolean readAgain, String finding) {
    return new RollupStatus.Healing(SINCE, readAgain, SINCE.plusSeconds(60), finding);
  }

  private static String withoutSlot(RollupStatus... rollups) {
    StatusProblems problems = new StatusProblems(List.of());
    problems.knows(List.of(rollups));
    problems.slot("The slot does not exist");
    return problems.all().get(0).readersGet();
  }

  private static RollupStatus rollup(Mode mode, String state) {
    return new RollupStatus(
        "orders", mode, OnStale.LIVE, 0, state, 1, null, null, null, null, 0, null, null);
  }
}
