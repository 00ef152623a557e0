// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.Streaming;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the shapes that each heartbeat carries with those of the snapshot. */
final class ShapeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ShapeCheck.class);

  private final CaptureSettings settings;

  ShapeCheck(CaptureSettings settings) {
    this.settings = settings;
  }

  /**
   * The state with the shapes that hold from this heartbeat on.
   *
   * @throws HistoryBrokenException if rows may have changed without an event since the shapes of
   *     the state were read
   */
  Streaming check(Streaming state, Heartbeat beat) {
    SourceShapes known = state.shapes();
    if (beat.fixed() == null || known != null && known.equal(beat)) {
      return state;
    }
    SourceShapes.Look now = look();
    if (known == null) {
      // A state of a version that knew no shapes: they count from the first that are certain.
      return now.shapes().equal(beat) ? state.shaped(now.shapes()) : state;
    }
    String change = known.change(now);
    if (change != null) {
      throw new HistoryBrokenException("rows may have changed unseen: " + change);
    }
    if (!known.fixed().equals(beat.fixed())) {
      throw new HistoryBrokenException("tables were altered and altered back");
    }
    LOG.info("Captured tables were altered, but no row of theirs");
    return state.shaped(now.shapes());
  }

  private SourceShapes.Look look() {
    try (Connection connection = settings.source().connect(settings.applicationName())) {
      return new ShapeReader(connection, settings).look();
    } catch (SQLException e) {
      throw new IllegalStateException("The tables cannot be looked at: " + e.getMessage(), e);
    }
  }
}
