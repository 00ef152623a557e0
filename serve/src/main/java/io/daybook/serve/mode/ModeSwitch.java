// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The kill switch: what it sets holds for every statement that starts after it returns. */
public final class ModeSwitch {
  private static final String INSTALLED = "SELECT to_regclass('daybook.control') IS NOT NULL";

  private static final String HISTORY =
      """
      SELECT rollup, workspace, percent, mode, changed_at, changed_by, reason, others
      FROM   daybook.control_history
      WHERE  rollup = coalesce(?, rollup)
      ORDER  BY id DESC
      LIMIT  ?""";

  private final DataSource target;

  public ModeSwitch(DataSource target) {
    this.target = target;
  }

  /**
   * Turns the switch and writes the history, in one transaction. Live for all readers of a rollup
   * is meant for all of them: modes that single workspaces have of their own are taken back.
   *
   * @return the workspaces whose own mode was taken back
   * @throws IllegalArgumentException when there is no such rollup; the message names the others
   */
  public List<String> set(ModeChange change) throws SQLException {
    return within(true, turn -> turn.set(change));
  }

  /**
   * Takes a setting back: a workspace then follows its rollup, a rollup the default.
   *
   * @return false when there was none
   */
  public boolean clear(String rollup, String workspace, String who, String why)
      throws SQLException {
    return within(true, turn -> turn.clear(rollup, workspace, who, why));
  }

  /** How the switch of every rollup stands, by name. */
  public List<ModeSettings> settings() throws SQLException {
    return within(false, SwitchTransaction::settings);
  }

  /** Something that is done about the switch. */
  public interface Decision<T> {
    T take(SwitchTransaction turn) throws SQLException;
  }

  /**
   * Looks at the switch and turns it by what is seen: nobody else turns it in between.
   *
   * @return what was decided; all that was done for it is committed
   */
  public <T> T decide(Decision<T> decision) throws SQLException {
    return within(true, decision);
  }

  private <T> T within(boolean held, Decision<T> decision) throws SQLException {
    try (Connection connection = target.getConnection()) {
      connection.setAutoCommit(false);
      SwitchTransaction turn = new SwitchTransaction(connection);
      if (held) {
        turn.hold();
      }
      T decided = decision.take(turn);
      connection.commit();
      return decided;
    }
  }

  /** Whether the target has a switch at all. */
  public boolean isInstalled() throws SQLException {
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(INSTALLED);
        ResultSet row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  /**
   * A turn of the switch that was made.
   *
   * @param workspace null for all
   * @param setting null where one was taken back
   */
  public record Past(
      String rollup,
      String workspace,
      ModeSettings.Setting setting,
      Instant when,
      String who,
      String why) {}

  /**
   * The last turns of the switch, the newest first.
   *
   * @param rollup null for all
   */
  public List<Past> history(String rollup, int most) throws SQLException {
    List<Past> all = new ArrayList<>();
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(HISTORY)) {
      statement.setString(1, rollup);
      statement.setInt(2, most);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          all.add(
              new Past(
                  row.getString("rollup"),
                  row.getString("workspace"),
                  row.getString("mode") == null ? null : SwitchTransaction.setting(row),
                  row.getTimestamp("changed_at").toInstant(),
                  row.getString("changed_by"),
                  row.getString("reason")));
        }
      }
    }
    return all;
  }
}
