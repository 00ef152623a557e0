// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.OnStale;
import io.daybook.serve.mode.RollupStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunViewTest {
  private static final long SECOND = 1_000_000_000L;

  private final RunView view = new RunView();

  @Test
  void aLoadIsSaidWhenItBeginsNowAndThenAndWhenItIsDone() {
    assertEquals(List.of(), capture(Phase.STARTING, 0, 0));
    assertEquals(
        List.of("reading all tables (epoch 1): about 10,000 rows"), capture(Phase.SNAPSHOT, 0, 1));
    assertEquals(List.of(), capture(Phase.SNAPSHOT, 500, 2));
    assertEquals(
        List.of("  2,500 of about 10,000 rows read, 500 rows/s, about 15 s left"),
        capture(Phase.SNAPSHOT, 2_500, 6));
    assertEquals(
        List.of("all tables read: 9,000 rows in 20 s"), capture(Phase.STREAMING, 9_000, 21));
    assertEquals(List.of(), capture(Phase.STREAMING, 9_000, 22));
  }

  @Test
  void aLoadTooShortToBeSeenIsSaidToo() {
    assertEquals(
        List.of(
            "reading all tables (epoch 1): about 10,000 rows", "all tables read: 30 rows in 0 s"),
        capture(Phase.STREAMING, 30, 1));
  }

  @Test
  void onlyALongWaitForTheLockIsAStandby() {
    assertEquals(List.of(), capture(Phase.WAITING, 0, 1));
    assertEquals(List.of(), capture(Phase.STARTING, 0, 2));
    assertEquals(List.of(), capture(Phase.WAITING, 0, 3));
    assertEquals(
        List.of("capture stands by: another one holds the lock"), capture(Phase.WAITING, 0, 9));
    assertEquals(List.of(), capture(Phase.WAITING, 0, 20));
  }

  @Test
  void statesOfRollupsAreSaidWhenTheyChange() {
    assertEquals(List.of("orders: building"), view.rollups(List.of(rollup("building"))));
    assertEquals(List.of(), view.rollups(List.of(rollup("building"))));
    assertEquals(List.of("orders: building → running"), view.rollups(List.of(rollup("running"))));
  }

  @Test
  void onlyALongRestorationIsSaid() {
    Map<String, String> orders = Map.of("orders", "restores its state");
    assertEquals(List.of(), view.restoring(orders, 0));
    assertEquals(List.of(), view.restoring(orders, SECOND));
    assertEquals(
        List.of("aggregate orders restores its state"), view.restoring(orders, 2 * SECOND));
    assertEquals(List.of(), view.restoring(orders, 3 * SECOND));
    assertEquals(List.of(), view.restoring(Map.of(), 5 * SECOND));
    assertEquals(List.of(), view.restoring(orders, 6 * SECOND));
  }

  private List<String> capture(Phase phase, long reads, long seconds) {
    CaptureStatus.Counts counts = new CaptureStatus.Counts(0, 0, 0, 0, reads, 0);
    return view.capture(
        new CaptureStatus(phase, 1, counts, 10_000, null, null, null), seconds * SECOND);
  }

  private static RollupStatus rollup(String state) {
    return new RollupStatus(
        "orders", Mode.ROLLUP, OnStale.LIVE, 0, state, 1, null, null, null, null, 0, null, null);
  }
}
