// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import java.util.Optional;

/** How a capture begins: where it left off, or with a new snapshot. */
sealed interface StartPlan {

  /** Go on from what was committed. */
  record Resume(Streaming state) implements StartPlan {}

  /** New slot with its exported snapshot, in a new epoch. */
  record Snapshot(int epoch, String reason) implements StartPlan {}

  /**
   * Chooses {@link Resume} only where nothing can have been missed.
   *
   * @param resnapshot why a snapshot is to be taken whatever is found, null if it is not
   */
  static StartPlan choose(
      Optional<CaptureState> state,
      SourceLook found,
      SourceShapes.Look shapes,
      CaptureSettings settings,
      String resnapshot) {
    if (state.isEmpty()) {
      return new Snapshot(1, "nothing was captured before");
    }
    int next = state.get().epoch() + 1;
    if (state.get() instanceof Streaming streaming) {
      String broken =
          resnapshot == null ? broken(streaming, found, shapes, settings) : resnapshot;
      return broken == null ? new Resume(streaming) : new Snapshot(next, broken);
    }
    SnapshotOwed owed = (SnapshotOwed) state.get();
    return new Snapshot(next, "the snapshot of epoch " + owed.epoch() + " was not completed");
  }

  private static String broken(
      Streaming state, SourceLook found, SourceShapes.Look shapes, CaptureSettings settings) {
    String server = found.serverBroken(state.identity(), state.reached());
    if (server != null) {
      return server;
    }
    if (!state.slot().equals(settings.slot())) {
      return "the slot is now '" + settings.slot() + "', it was '" + state.slot() + "'";
    }
    String slot = found.slotBroken(state.slot(), state.resume().start());
    if (slot != null) {
      return slot;
    }
    if (!state.tables().cover(CapturedTables.of(settings.tables()))) {
      return "tables or columns are captured that were not before";
    }
    return state.shapes() == null ? null : state.shapes().change(shapes);
  }
}
