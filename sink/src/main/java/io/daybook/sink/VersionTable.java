// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code daybook.cache_version}: the highest version that Redis is known to have answered for each
 * workspace. Rows are locked in the order of their key, so that sinks never wait for each other.
 */
final class VersionTable {
  /** The lowest version that may exist where none has been recorded. */
  static final long MAYBE = 1;

  private static final String READ =
      """
      SELECT v.workspace, v.version
      FROM   unnest(?::text[]) AS n(workspace)
      JOIN   daybook.cache_version v ON v.workspace = n.workspace COLLATE "C"
      """;

  private static final String CREATE =
      """
      INSERT INTO daybook.cache_version (workspace, version)
      SELECT n.workspace, 0 FROM unnest(?::text[]) AS n(workspace)
      ORDER  BY n.workspace COLLATE "C"
      ON CONFLICT DO NOTHING
      """;

  private static final String RECORD =
      """
      INSERT INTO daybook.cache_version AS v (workspace, version)
      SELECT n.workspace, n.version FROM unnest(?::text[], ?::bigint[]) AS n(workspace, version)
      ORDER  BY n.workspace COLLATE "C"
      ON CONFLICT (workspace) DO UPDATE SET version = excluded.version
      WHERE  v.version < excluded.version
      """;

  private static final String RAISE =
      """
      WITH held AS (
        SELECT v.workspace FROM daybook.cache_version v
        JOIN   unnest(?::text[]) AS n(workspace) ON v.workspace = n.workspace COLLATE "C"
        ORDER  BY v.workspace FOR UPDATE OF v)
      UPDATE daybook.cache_version v SET version = v.version + ?
      FROM held WHERE v.workspace = held.workspace
      RETURNING v.workspace, v.version
      """;

  private static final String FIRST_PAGE =
      "SELECT workspace, version FROM daybook.cache_version ORDER BY workspace LIMIT ?";

  private static final String NEXT_PAGE =
      """
      SELECT workspace, version FROM daybook.cache_version
      WHERE  workspace > ? ORDER BY workspace LIMIT ?
      """;

  private VersionTable() {}

  /**
   * What each of these is at least, where Redis has lost nothing.
   *
   * <p>A workspace is entered before its first increment, so that whatever Redis loses was known
   * of. It is 0 in this first round alone: if nothing is recorded of a round before, that may have
   * been incremented all the same.
   */
  static Map<String, Long> known(Connection connection, Collection<String> workspaces)
      throws SQLException {
    Map<String, Long> known = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setArray(1, texts(connection, workspaces));
      known.putAll(versions(statement));
      known.replaceAll((workspace, version) -> Math.max(version, MAYBE));
    }
    List<String> others = workspaces.stream().filter(each -> !known.containsKey(each)).toList();
    if (!others.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(CREATE)) {
        statement.setArray(1, texts(connection, others));
        statement.executeUpdate();
      }
      others.forEach(each -> known.put(each, 0L));
    }
    return known;
  }

  /** Remembers what Redis has answered, unless more is remembered. */
  static void record(Connection connection, Map<String, Long> versions) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
      statement.setArray(1, texts(connection, versions.keySet()));
      statement.setArray(2, connection.createArrayOf("int8", versions.values().toArray()));
      statement.executeUpdate();
    }
  }

  /** Remembers more than was ever answered, and returns it. */
  static Map<String, Long> raise(Connection connection, Collection<String> workspaces, long by)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RAISE)) {
      statement.setArray(1, texts(connection, workspaces));
      statement.setLong(2, by);
      return versions(statement);
    }
  }

  /**
   * Versions in the order of their workspaces; empty at the end.
   *
   * @param after the last workspace of the page before; null for the first page
   */
  static Map<String, Long> page(Connection connection, String after, int max) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(after == null ? FIRST_PAGE : NEXT_PAGE)) {
      if (after != null) {
        statement.setString(1, after);
      }
      statement.setInt(after == null ? 1 : 2, max);
      return versions(statement);
    }
  }

  private static Map<String, Long> versions(PreparedStatement statement) throws SQLException {
    Map<String, Long> versions = new LinkedHashMap<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        versions.put(row.getString(1), row.getLong(2));
      }
    }
    return versions;
  }

  private static Array texts(Connection connection, Collection<String> texts) throws SQLException {
    return connection.createArrayOf("text", texts.toArray());
  }
}
