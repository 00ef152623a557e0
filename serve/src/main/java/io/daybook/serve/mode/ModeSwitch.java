// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The kill switch: what it sets holds for every statement that starts after it returns. */
public final class ModeSwitch {
  private static final String SET =
      """
      WITH changed AS (
        INSERT INTO daybook.control (rollup, workspace, percent, mode, changed_by, reason)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (rollup, workspace) DO UPDATE
        SET percent = EXCLUDED.percent, mode = EXCLUDED.mode, changed_at = EXCLUDED.changed_at,
            changed_by = EXCLUDED.changed_by, reason = EXCLUDED.reason
        RETURNING *)
      INSERT INTO daybook.control_history
        (rollup, workspace, percent, mode, changed_at, changed_by, reason)
      SELECT rollup, workspace, percent, mode, changed_at, changed_by, reason FROM changed""";

  private static final String CLEAR =
      """
      WITH cleared AS (
        DELETE FROM daybook.control
        WHERE rollup = ? AND workspace IS NOT DISTINCT FROM ?
        RETURNING rollup, workspace)
      INSERT INTO daybook.control_history (rollup, workspace, changed_by, reason)
      SELECT rollup, workspace, ?, ? FROM cleared""";

  private static final String KNOWN =
      "SELECT rollup FROM daybook.current_generation ORDER BY rollup";

  private static final String OWN_MODES =
      """
      SELECT workspace FROM daybook.control
      WHERE  rollup = ? AND workspace IS NOT NULL AND mode <> ?
      ORDER  BY workspace LIMIT 1000""";

  private final DataSource target;

  public ModeSwitch(DataSource target) {
    this.target = target;
  }

  /**
   * Turns the switch and writes the history, in one transaction.
   *
   * @throws IllegalArgumentException when there is no such rollup; the message names the others
   */
  public void set(ModeChange change) throws SQLException {
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(SET)) {
      requireKnown(connection, change.rollup());
      statement.setString(1, change.rollup());
      statement.setString(2, change.workspace());
      statement.setObject(3, change.percent(), java.sql.Types.INTEGER);
      statement.setString(4, change.mode().text());
      statement.setString(5, change.who());
      statement.setString(6, change.why());
      statement.executeUpdate();
    }
  }

  /**
   * Takes a setting back: a workspace then follows its rollup, a rollup the default.
   *
   * @return false when there was none
   */
  public boolean clear(String rollup, String workspace, String who, String why)
      throws SQLException {
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(CLEAR)) {
      requireKnown(connection, rollup);
      statement.setString(1, rollup);
      statement.setString(2, workspace);
      statement.setString(3, who);
      statement.setString(4, why);
      return statement.executeUpdate() > 0;
    }
  }

  /**
   * Workspaces whose own setting goes before a mode of the whole rollup and differs from it: what
   * to name after switching everything. At most 1000.
   */
  public List<String> exceptions(String rollup, Mode mode) throws SQLException {
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(OWN_MODES)) {
      statement.setString(1, rollup);
      statement.setString(2, mode.text());
      return strings(statement);
    }
  }

  private static void requireKnown(Connection connection, String rollup) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
      List<String> known = strings(statement);
      if (!known.contains(rollup)) {
        throw new IllegalArgumentException(
            "There is no rollup '%s' in the target; it has: %s"
                .formatted(rollup, known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }

  private static List<String> strings(PreparedStatement statement) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }
}
