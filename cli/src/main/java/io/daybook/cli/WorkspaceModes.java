// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.serve.canary.CanaryReport;
import io.daybook.serve.canary.Comparison;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSettings;
import io.daybook.serve.mode.ModeSwitch;
import io.daybook.serve.mode.SwitchTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the switch of one workspace for a while, in all rollups, and puts it back. Whoever else
 * turns a switch that concerns the workspace meanwhile is right: what he has set stays, and the
 * comparison ends.
 */
final class WorkspaceModes {
  private static final Logger LOG = LoggerFactory.getLogger(WorkspaceModes.class);
  static final String WHY = "canary --compare";
  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('daybook-compare ' || ?, 0))";

  private final DataSource target;
  private final ModeSwitch modeSwitch;
  private final String workspace;
  private final String who = System.getProperty("user.name");
  private final Map<String, ModeSettings.Setting> ofAll = new LinkedHashMap<>();
  private boolean over;

  WorkspaceModes(Installation installation, String workspace) {
    this.target = installation.target();
    this.modeSwitch = new ModeSwitch(target);
    this.workspace = workspace;
  }

  /** Measures under a mode. */
  interface Measurement {
    CanaryReport with(Mode mode) throws InterruptedException;
  }

  /**
   * Both modes, live first.
   *
   * @throws RefusedByState where another one is at it, or somebody turned the switch meanwhile
   */
  Comparison compare(Measurement measurement) throws SQLException, InterruptedException {
    try (Connection lock = target.getConnection()) {
      requireLock(lock);
      Thread hook = new Thread(this::putBackAtExit, "canary-modes");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        modeSwitch.settings().forEach(each -> ofAll.put(each.rollup(), each.ofAll()));
        turn(Mode.LIVE, false);
        CanaryReport live = measurement.with(Mode.LIVE);
        turn(Mode.ROLLUP, true);
        return Comparison.of(live, measurement.with(Mode.ROLLUP));
      } finally {
        putBack();
        removed(hook);
      }
    }
  }

  private void requireLock(Connection lock) throws SQLException {
    try (PreparedStatement statement = lock.prepareStatement(TRY_LOCK)) {
      statement.setString(1, workspace);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (!row.getBoolean(1)) {
          throw new RefusedByState("Another process compares the modes of '" + workspace + "'");
        }
      }
    }
  }

  /** Not after it was put back: the process ends. */
  private synchronized void turn(Mode mode, boolean again) throws SQLException {
    if (over) {
      return;
    }
    modeSwitch.decide(
        turn -> {
          for (ModeSettings each : turn.settings()) {
            if (ofAll.containsKey(each.rollup())) {
              requireUntouched(each, again);
              turn.set(new ModeChange(each.rollup(), workspace, mode, who, WHY));
            }
          }
          return null;
        });
  }

  private void requireUntouched(ModeSettings now, boolean again) {
    ModeSettings.Setting own = now.workspaces().get(workspace);
    if (!Objects.equals(now.ofAll(), ofAll.get(now.rollup())) || again && !isOurs(own)) {
      throw new RefusedByState(
          "The switch of %s was turned meanwhile ('daybook mode --history 5' says by whom), and stays as it is: there is no comparison"
              .formatted(now.rollup()));
    }
  }

  private static boolean isOurs(ModeSettings.Setting setting) {
    return setting != null && WHY.equals(setting.why());
  }

  private static void removed(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      LOG.debug("The process ends already, and the hook with it");
    }
  }

  private void putBackAtExit() {
    try {
      putBack();
    } catch (SQLException e) {
      LOG.error("At the end of the process", e);
    }
  }

  /**
   * Every rollup in which the mode is still ours; also one that a process had turned and was killed
   * before it could put it back: the history says what was before.
   */
  private synchronized void putBack() throws SQLException {
    if (over) {
      return;
    }
    try {
      modeSwitch.decide(
          turn -> {
            for (ModeSettings each : turn.settings()) {
              if (isOurs(each.workspaces().get(workspace))) {
                putBack(turn, each.rollup());
              }
            }
            return null;
          });
      over = true;
    } catch (SQLException e) {
      throw new SQLException(
          "The mode of '%s' could not be put back; 'daybook mode default ROLLUP --workspace %s' does, for each rollup: %s"
              .formatted(workspace, workspace, e.getMessage()),
          e.getSQLState(),
          e);
    }
  }

  private void putBack(SwitchTransaction turn, String rollup) throws SQLException {
    Optional<ModeSettings.Setting> before = turn.before(rollup, workspace, WHY);
    if (before.isEmpty()) {
      turn.clear(rollup, workspace, who, WHY);
    } else {
      ModeSettings.Setting setting = before.get();
      turn.set(new ModeChange(rollup, workspace, setting.mode(), setting.who(), setting.why()));
    }
  }
}
