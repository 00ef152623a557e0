// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.RollupStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusProblemsTest {
  @Test
  void withoutASlotReadersGetLiveWhereNoRollupIsReadAnyway() {
    assertEquals("the live query", withoutSlot(rollup(Mode.ROLLUP, "building")));
    assertEquals("the live query", withoutSlot(rollup(Mode.LIVE, "running")));
    assertEquals(
        "the rollup until it is stale, then the live query",
        withoutSlot(rollup(Mode.ROLLUP, "building"), rollup(Mode.ROLLUP, "running")));
    assertEquals("the rollup until it is stale, then the live query", withoutSlot());
  }

  private static String withoutSlot(RollupStatus... rollups) {
    StatusProblems problems = new StatusProblems(List.of());
    problems.knows(List.of(rollups));
    problems.slot("The slot does not exist");
    return problems.all().get(0).readersGet();
  }

  private static RollupStatus rollup(Mode mode, String state) {
    return new RollupStatus("orders", mode, 0, state, 1, null, null, null, null, 0, null);
  }
}
