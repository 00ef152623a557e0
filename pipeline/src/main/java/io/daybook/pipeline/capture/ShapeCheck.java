// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.Streaming;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the shapes that each heartbeat carries with those of the state. Not thread-safe. */
final class ShapeCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ShapeCheck.class);

  private final CaptureSettings settings;
  private String accepted;

  ShapeCheck(CaptureSettings settings) {
    this.settings = settings;
  }

  /**
   * The state with the shapes that hold from this heartbeat on. A heartbeat of a process that
   * captured other tables or columns says nothing about these; the start has compared them.
   *
   * @throws HistoryBrokenException if rows may have changed without an event since the shapes of
   *     the state were read
   */
  Streaming check(Streaming state, Heartbeat beat) {
    if (beat.scope() == null || isOfOthers(state, beat) || isAccepted(state, beat)) {
      return state;
    }
    SourceShapes.Look now = look();
    if (state.shapes() == null) {
      // A state of a version that knew no shapes: they count from the first that are certain.
      return now.shapes().equal(beat) ? state.shaped(now.shapes()) : state;
    }
    String change = state.shapes().change(now);
    if (change != null) {
      throw new HistoryBrokenException("rows may have changed unseen: " + change);
    }
    if (!state.shapes().fixed().equals(beat.fixed())) {
      throw new HistoryBrokenException("tables were altered and altered back");
    }
    LOG.info("Captured tables were altered, but no row of theirs");
    accepted = beat.judged();
    return state.shaped(now.shapes());
  }

  private static boolean isOfOthers(Streaming state, Heartbeat beat) {
    return state.shapes() != null && !state.shapes().scope().equals(beat.scope());
  }

  /** Of a backlog, many heartbeats say again what has been looked at. */
  private boolean isAccepted(Streaming state, Heartbeat beat) {
    SourceShapes known = state.shapes();
    return known != null
        && (known.equal(beat)
            || known.fixed().equals(beat.fixed()) && beat.judged().equals(accepted));
  }

  private SourceShapes.Look look() {
    try (Connection connection = settings.source().connect(settings.applicationName())) {
      return new ShapeReader(connection, settings).look();
    } catch (SQLException e) {
      throw new IllegalStateException("The tables cannot be looked at: " + e.getMessage(), e);
    }
  }
}
