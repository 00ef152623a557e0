// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSwitch;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the switch to and fro until it is closed, and leaves it at the rollup. While there is none
 * it is not turned.
 */
final class Flipping implements AutoCloseable {
  private static final String UNDEFINED_TABLE = "42P01";

  private final ModeSwitch modes;
  private final Duration every;
  private final List<Turned> turned = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "flipping");
  private volatile boolean closed;
  private volatile Exception failure;

  /**
   * A turn.
   *
   * @param begun before it
   * @param done after it has returned
   */
  record Turned(Mode mode, Instant begun, Instant done) {}

  Flipping(ModeSwitch modes, Duration every) {
    this.modes = modes;
    this.every = every;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      for (boolean live = true; !closed; live = !live) {
        turn(live ? Mode.LIVE : Mode.ROLLUP);
        Await.pass(every);
      }
      turn(Mode.ROLLUP);
    } catch (SQLException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn(Mode mode) throws SQLException {
    Instant begun = Instant.now();
    try {
      modes.set(new ModeChange("workspace_daily", null, mode, "test", null));
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        return;
      }
      throw e;
    }
    turned.add(new Turned(mode, begun, Instant.now()));
  }

  /** How long after a turn to live a reader still got the rollup, at worst; once it is closed. */
  Duration worst(List<HttpReaders.Read> reads) {
    Duration worst = Duration.ZERO;
    for (int i = 0; i < turned.size() - 1; i++) {
      Instant from = turned.get(i).done();
      Instant to = turned.get(i + 1).begun();
      if (turned.get(i).mode() == Mode.LIVE) {
        for (HttpReaders.Read each : reads) {
          boolean within = each.arrived().isAfter(from) && each.arrived().isBefore(to);
          Duration late = Duration.between(from, each.arrived());
          if (within && "rollup".equals(each.source()) && late.compareTo(worst) > 0) {
            worst = late;
          }
        }
      }
    }
    return worst;
  }

  @Override
  public void close() throws Exception {
    closed = true;
    thread.join();
    if (failure != null) {
      throw failure;
    }
  }
}
