// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The switch within one transaction: what is seen, and what is turned because of it. */
public final class SwitchTransaction {
  private static final String SET =
      """
      WITH changed AS (
        INSERT INTO daybook.control (rollup, workspace, percent, mode, others, changed_by, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (rollup, workspace) DO UPDATE
        SET percent = EXCLUDED.percent, mode = EXCLUDED.mode, others = EXCLUDED.others,
            changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by,
            reason = EXCLUDED.reason
        RETURNING *)
      INSERT INTO daybook.control_history
        (rollup, workspace, percent, mode, others, changed_at, changed_by, reason)
      SELECT rollup, workspace, percent, mode, others, changed_at, changed_by, reason
      FROM   changed""";

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

  private static final String SETTINGS =
      """
      SELECT p.rollup, c.workspace, c.percent, c.mode, c.changed_at, c.changed_by, c.reason,
             c.others
      FROM   daybook.current_generation p
      LEFT   JOIN daybook.control c ON c.rollup = p.rollup
      ORDER  BY p.rollup, c.workspace NULLS FIRST""";

  /** Readers do not wait for it; who turns the switch does. */
  private static final String HOLD = "LOCK TABLE daybook.control IN SHARE ROW EXCLUSIVE MODE";

  private static final String LAST_OF_OTHERS =
      """
      SELECT rollup, workspace, percent, mode, changed_at, changed_by, reason, others
      FROM   daybook.control_history
      WHERE  rollup = ? AND workspace IS NOT DISTINCT FROM ? AND reason IS DISTINCT FROM ?
      ORDER  BY id DESC
      LIMIT  1""";

  private final Connection connection;

  SwitchTransaction(Connection connection) {
    this.connection = connection;
  }

  /** Nobody else turns the switch until the end of the transaction. */
  void hold() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(HOLD);
    }
  }

  /** Of the transaction, for what must be written together with a turn. */
  public Connection connection() {
    return connection;
  }

  /**
   * Turns the switch, as {@link ModeSwitch#set}.
   *
   * @return the workspaces whose own mode was taken back
   */
  public List<String> set(ModeChange change) throws SQLException {
    requireKnown(change.rollup());
    List<String> cleared = change.isKill() ? clearWorkspaces(change) : List.of();
    try (PreparedStatement statement = connection.prepareStatement(SET)) {
      statement.setString(1, change.rollup());
      statement.setString(2, change.workspace());
      statement.setObject(3, change.percent(), java.sql.Types.INTEGER);
      statement.setString(4, change.mode().text());
      statement.setString(5, change.others() == null ? null : change.others().text());
      statement.setString(6, change.who());
      statement.setString(7, change.why());
      statement.executeUpdate();
    }
    return cleared;
  }

  private List<String> clearWorkspaces(ModeChange change) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLEAR_WORKSPACES)) {
      statement.setString(1, change.rollup());
      statement.setString(2, change.who());
      statement.setString(3, change.why());
      return strings(statement);
    }
  }

  /** Takes a setting back, as {@link ModeSwitch#clear}. */
  public boolean clear(String rollup, String workspace, String who, String why)
      throws SQLException {
    requireKnown(rollup);
    try (PreparedStatement statement = connection.prepareStatement(CLEAR)) {
      statement.setString(1, rollup);
      statement.setString(2, workspace);
      statement.setString(3, who);
      statement.setString(4, why);
      return statement.executeUpdate() > 0;
    }
  }

  /** How the switch of every rollup stands, by name. */
  public List<ModeSettings> settings() throws SQLException {
    Map<String, ModeSettings> all = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(SETTINGS);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        ModeSettings settings = all.computeIfAbsent(row.getString(1), ModeSettings::new);
        if (row.getString(4) != null) {
          settings.add(row.getString(2), setting(row));
        }
      }
    }
    return List.copyOf(all.values());
  }

  /** How that of one rollup stands; empty where there is no such rollup. */
  public Optional<ModeSettings> settings(String rollup) throws SQLException {
    return settings().stream().filter(each -> each.rollup().equals(rollup)).findFirst();
  }

  /**
   * What a workspace had before somebody turned its switch for a reason; empty where it had none.
   */
  public Optional<ModeSettings.Setting> before(String rollup, String workspace, String why)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LAST_OF_OTHERS)) {
      statement.setString(1, rollup);
      statement.setString(2, workspace);
      statement.setString(3, why);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getString(4) != null
            ? Optional.of(setting(row))
            : Optional.empty();
      }
    }
  }

  static ModeSettings.Setting setting(ResultSet row) throws SQLException {
    Mode mode = Mode.parse(row.getString("mode"));
    Integer percent = row.getObject("percent", Integer.class);
    String others = row.getString("others");
    return new ModeSettings.Setting(
        mode,
        percent,
        percent == null ? null : others == null ? mode.opposite() : Mode.parse(others),
        row.getTimestamp("changed_at").toInstant(),
        row.getString("changed_by"),
        row.getString("reason"));
  }

  private void requireKnown(String rollup) throws SQLException {
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
