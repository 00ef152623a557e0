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

  /** What a start finds on the source. */
  record Found(SourceIdentity identity, Optional<SourceSlot.Found> slot) {}

  /** Chooses {@link Resume} only where nothing can have been missed. */
  static StartPlan choose(
      Optional<CaptureState> state, Found found, CaptureSettings settings, boolean resnapshot) {
    if (state.isEmpty()) {
      return new Snapshot(1, "nothing was captured before");
    }
    int next = state.get().epoch() + 1;
    if (state.get() instanceof Streaming streaming) {
      String broken = resnapshot ? "it was asked for" : broken(streaming, found, settings);
      return broken == null ? new Resume(streaming) : new Snapshot(next, broken);
    }
    SnapshotOwed owed = (SnapshotOwed) state.get();
    return new Snapshot(next, "the snapshot of epoch " + owed.epoch() + " was not completed");
  }

  private static String broken(Streaming state, Found found, CaptureSettings settings) {
    if (!state.identity().equals(found.identity())) {
      return "the source is now " + found.identity() + ", it was " + state.identity();
    }
    if (!state.slot().equals(settings.slot())) {
      return "the slot is now '" + settings.slot() + "', it was '" + state.slot() + "'";
    }
    if (found.slot().isEmpty()) {
      return "slot '" + state.slot() + "' is gone";
    }
    SourceSlot.Found slot = found.slot().get();
    if (!slot.usable()) {
      return "slot '" + state.slot() + "' has lost WAL that it needs";
    }
    if (slot.confirmed().compareTo(state.resume().start()) > 0) {
      return "slot '"
          + state.slot()
          + "' was moved to "
          + slot.confirmed()
          + ", but only "
          + state.resume().start()
          + " is captured";
    }
    if (!state.tables().cover(CapturedTables.of(settings.tables()))) {
      return "tables or columns are captured that were not before";
    }
    return null;
  }
}
