// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.operation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of {@code daybook.operation}. */
public final class Operations {
  private static final int FAILURE_LENGTH_MAX = 1_000;
  private static final String KEPT = "90 days";

  private static final String READ =
      """
      SELECT key, kind, request::text, asked_by, asked_at, began_at, ended_at, progress::text,
             result::text, failed
      FROM   daybook.operation
      WHERE  %s""";

  private static final String PENDING = READ.formatted("ended_at IS NULL ORDER BY asked_at");
  private static final String ONE = READ.formatted("key = ?");

  private static final String ASK =
      """
      INSERT INTO daybook.operation (key, kind, request, asked_by)
      VALUES (?, ?, ?::jsonb, ?)
      ON CONFLICT (key) DO NOTHING""";

  private static final String BEGAN =
      """
      UPDATE daybook.operation
      SET    began_at = coalesce(began_at, clock_timestamp()), progress = ?::jsonb
      WHERE  key = ?""";

  private static final String DONE =
      """
      UPDATE daybook.operation SET ended_at = clock_timestamp(), result = ?::jsonb
      WHERE  key = ?""";

  private static final String FAILED =
      """
      UPDATE daybook.operation SET ended_at = clock_timestamp(), failed = left(?, %d)
      WHERE  key = ?"""
          .formatted(FAILURE_LENGTH_MAX);

  private static final String FORGET =
      "DELETE FROM daybook.operation WHERE ended_at < clock_timestamp() - interval '" + KEPT + "'";

  private Operations() {}

  /**
   * Asks, if nobody has by this key.
   *
   * @return what there is by this key now
   */
  public static Operation ask(Connection target, String key, Kind kind, Request request, String who)
      throws SQLException {
    update(target, ASK, key, kind.text(), request.write(), who);
    return find(target, key).orElseThrow();
  }

  /** Those that have not ended, the oldest first. */
  public static List<Operation> pending(Connection target) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(PENDING)) {
      return read(statement);
    }
  }

  /** The one of a key. */
  public static Optional<Operation> find(Connection target, String key) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(ONE)) {
      statement.setString(1, key);
      return read(statement).stream().findFirst();
    }
  }

  /**
   * It is being done.
   *
   * @param progress JSON, or null
   */
  public static void began(Connection target, String key, String progress) throws SQLException {
    update(target, BEGAN, progress, key);
  }

  /** It is done; those of long ago are forgotten. */
  public static void done(Connection target, String key, String result) throws SQLException {
    update(target, DONE, result, key);
    update(target, FORGET);
  }

  /** It cannot be done. */
  public static void failed(Connection target, String key, String why) throws SQLException {
    update(target, FAILED, why, key);
  }

  private static void update(Connection target, String sql, String... values) throws SQLException {
    try (PreparedStatement statement = target.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private static List<Operation> read(PreparedStatement statement) throws SQLException {
    List<Operation> all = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        all.add(
            new Operation(
                row.getString(1),
                Kind.parse(row.getString(2)).orElseThrow(),
                row.getString(3),
                row.getString(4),
                instant(row.getTimestamp(5)),
                instant(row.getTimestamp(6)),
                instant(row.getTimestamp(7)),
                row.getString(8),
                row.getString(9),
                row.getString(10)));
      }
    }
    return all;
  }

  private static Instant instant(Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
