// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** The kill switch: what single workspaces have of their own goes, in the same transaction. */
  private static final String CLEAR_WORKSPACES =
      """
      WITH cleared AS (
        DELETE FROM daybook.control
        WHERE rollup = ? AND workspace IS NOT NULL
        RETURNING rollup, workspace), told AS (
        INSERT INTO daybook.control_history (rollup, workspace, changed_by, reason)
        SELECT rollup, workspace, ?, ? FROM cleared)
      SELECT workspace FROM cleared ORDER BY workspace""";

  private static final String INSTALLED = "SELECT to_regclass('daybook.control') IS NOT NULL";

  private static final String SETTINGS =
      """
      SELECT p.rollup, c.workspace, c.percent, c.mode, c.changed_at, c.changed_by, c.reason
      FROM   daybook.current_generation p
      LEFT   JOIN daybook.control c ON c.rollup = p.rollup
      ORDER  BY p.rollup, c.workspace NULLS FIRST""";

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
    try (Connection connection = target.getConnection()) {
      requireKnown(connection, change.rollup());
      connection.setAutoCommit(false);
      List<String> cleared = change.isKill() ? clearWorkspaces(connection, change) : List.of();
      try (PreparedStatement statement = connection.prepareStatement(SET)) {
        statement.setString(1, change.rollup());
        statement.setString(2, change.workspace());
        statement.setObject(3, change.percent(), java.sql.Types.INTEGER);
        statement.setString(4, change.mode().text());
        statement.setString(5, change.who());
        statement.setString(6, change.why());
        statement.executeUpdate();
      }
      connection.commit();
      return cleared;
    }
  }

  private static List<String> clearWorkspaces(Connection connection, ModeChange change)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLEAR_WORKSPACES)) {
      statement.setString(1, change.rollup());
      statement.setString(2, change.who());
      statement.setString(3, change.why());
      return strings(statement);
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

  /** Whether the target has a switch at all. */
  public boolean isInstalled() throws SQLException {
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(INSTALLED);
        ResultSet row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** How the switch of every rollup stands, by name. */
  public List<ModeSettings> settings() throws SQLException {
    Map<String, ModeSettings> all = new LinkedHashMap<>();
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement(SETTINGS);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        ModeSettings settings = all.computeIfAbsent(row.getString(1), ModeSettings::new);
        if (row.getString(4) != null) {
          settings.add(
              row.getString(2),
              new ModeSettings.Setting(
                  Mode.parse(row.getString(4)),
                  row.getObject(3, Integer.class),
                  row.getTimestamp(5).toInstant(),
                  row.getString(6),
                  row.getString(7)));
        }
      }
    }
    return List.copyOf(all.values());
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
