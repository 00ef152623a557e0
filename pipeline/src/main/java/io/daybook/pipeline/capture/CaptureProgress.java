// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.pipeline.capture.CaptureStatus.Counts;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import java.util.concurrent.atomic.AtomicReference;

/** The status as capture's threads make it; every reader gets one consistent snapshot. */
final class CaptureProgress {
  private final AtomicReference<CaptureStatus> status =
      new AtomicReference<>(new CaptureStatus(Phase.STOPPED, 0, Counts.NONE, 0, null, null, null));

  private volatile Loads loads = Loads.NONE;

  CaptureStatus status() {
    return status.get();
  }

  /** What is read beside the stream of the epoch of now. */
  Loads loads() {
    return loads;
  }

  /** Another phase; the problem stays until what it hindered works again. */
  void phase(Phase phase) {
    phase(phase, status().problem());
  }

  void phase(Phase phase, String problem) {
    status.updateAndGet(
        s ->
            new CaptureStatus(
                phase,
                s.epoch(),
                s.counts(),
                s.snapshotRowsEstimated(),
                s.watermark(),
                s.committed(),
                problem));
  }

  void snapshot(int epoch, long rowsEstimated) {
    status.updateAndGet(
        s -> new CaptureStatus(Phase.SNAPSHOT, epoch, s.counts(), rowsEstimated, null, null, null));
  }

  /** The state to go on from has been read; nothing streams yet. */
  void resumes(Streaming state) {
    loads = state.loads();
    status.updateAndGet(
        s ->
            new CaptureStatus(
                Phase.STARTING,
                state.epoch(),
                s.counts(),
                s.snapshotRowsEstimated(),
                state.watermark(),
                state.resume().start(),
                null));
  }

  /** A transaction has been committed to Kafka. */
  void committed(Counts more, CaptureState state) {
    boolean streaming = state instanceof Streaming;
    loads = streaming ? ((Streaming) state).loads() : Loads.NONE;
    Watermark watermark = streaming ? ((Streaming) state).watermark() : null;
    Lsn committed = streaming ? ((Streaming) state).resume().start() : null;
    status.updateAndGet(
        s ->
            new CaptureStatus(
                streaming ? Phase.STREAMING : Phase.SNAPSHOT,
                state.epoch(),
                s.counts().plus(more),
                s.snapshotRowsEstimated(),
                watermark,
                committed,
                null));
  }
}
