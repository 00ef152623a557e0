// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.BaseTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code daybook.note}: at most one row for each partition and workspace, so it is bounded however
 * long Redis is away.
 */
final class NoteTable {
  private static final String WRITE =
      """
      INSERT INTO daybook.note (rollup, generation, partition, workspace, seq)
      SELECT ?, ?, n.partition, n.workspace, nextval('daybook.note_seq')
      FROM unnest(?::int[], ?::text[]) AS n(partition, workspace)
      ON CONFLICT (rollup, generation, partition, workspace) DO UPDATE SET seq = excluded.seq
      """;

  private static final String WRITE_ALL =
      """
      INSERT INTO daybook.note (rollup, generation, partition, workspace, seq)
      SELECT ?, ?, ?, workspace, nextval('daybook.note_seq') FROM daybook.cache_version
      ORDER BY workspace
      ON CONFLICT (rollup, generation, partition, workspace) DO UPDATE SET seq = excluded.seq
      """;

  /**
   * Notes of a generation that no reader sees yet wait for the switch, whose own are everybody's.
   */
  private static final String FROM_MINE =
      """
      FROM (SELECT note.* FROM daybook.note
            JOIN unnest(?::text[], ?::int[], ?::int[]) AS mine(rollup, generation, partition)
              USING (rollup, generation, partition)
            UNION ALL
            SELECT * FROM daybook.note WHERE partition = %d) n
      JOIN daybook.current_generation USING (rollup, generation)
      """
          .formatted(BaseTables.SWITCH_PARTITION);

  private static final String READ =
      "SELECT rollup, generation, partition, workspace, seq " + FROM_MINE + "ORDER BY seq LIMIT ?";

  private static final String COUNT = "SELECT count(*) " + FROM_MINE;

  /** A note that is being written again right now stays, without a wait for its writer. */
  private static final String DELETE =
      """
      WITH done AS (
        SELECT note.* FROM daybook.note
        JOIN unnest(?::text[], ?::int[], ?::int[], ?::text[], ?::bigint[])
          AS bumped(rollup, generation, partition, workspace, seq)
          USING (rollup, generation, partition, workspace, seq)
        FOR UPDATE OF note SKIP LOCKED)
      DELETE FROM daybook.note n USING done
      WHERE n.rollup = done.rollup AND n.generation = done.generation
        AND n.partition = done.partition AND n.workspace = done.workspace AND n.seq = done.seq
      """;

  private NoteTable() {}

  /** Notes these workspaces, in the transaction that changes what their readers get. */
  static void write(Connection connection, Rollup rollup, Set<Concerned> concerned)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setString(1, rollup.name());
      statement.setInt(2, rollup.generation());
      bind(connection, statement, 3, "int4", concerned.stream().map(Concerned::partition));
      bind(connection, statement, 4, "text", concerned.stream().map(Concerned::workspace));
      statement.executeUpdate();
    }
  }

  /** Notes every workspace that ever had a version, as of one partition. */
  static void writeAll(Connection connection, Rollup rollup, int partition) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WRITE_ALL)) {
      statement.setString(1, rollup.name());
      statement.setInt(2, rollup.generation());
      statement.setInt(3, partition);
      statement.executeUpdate();
    }
  }

  /** The oldest notes of these partitions that concern what readers see. */
  static List<Note> read(Connection connection, List<Note.Share> mine, int max)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      bindShares(connection, statement, mine);
      statement.setInt(4, max);
      try (ResultSet result = statement.executeQuery()) {
        List<Note> notes = new ArrayList<>();
        while (result.next()) {
          Note.Share share =
              new Note.Share(result.getString(1), result.getInt(2), result.getInt(3));
          notes.add(new Note(share, result.getString(4), result.getLong(5)));
        }
        return notes;
      }
    }
  }

  /** How many {@link #read} would find. */
  static long count(Connection connection, List<Note.Share> mine) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
      bindShares(connection, statement, mine);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  /** Deletes exactly these; one that was noted again since has another seq and stays. */
  static void delete(Connection connection, List<Note> notes) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
      bindShares(connection, statement, notes.stream().map(Note::share).toList());
      bind(connection, statement, 4, "text", notes.stream().map(Note::workspace));
      bind(connection, statement, 5, "int8", notes.stream().map(Note::seq));
      statement.executeUpdate();
    }
  }

  private static void bindShares(
      Connection connection, PreparedStatement statement, List<Note.Share> shares)
      throws SQLException {
    Function<Function<Note.Share, Object>, Stream<Object>> each =
        field -> shares.stream().map(field);
    bind(connection, statement, 1, "text", each.apply(Note.Share::rollup));
    bind(connection, statement, 2, "int4", each.apply(Note.Share::generation));
    bind(connection, statement, 3, "int4", each.apply(Note.Share::partition));
  }

  private static void bind(
      Connection connection, PreparedStatement statement, int index, String type, Stream<?> values)
      throws SQLException {
    statement.setArray(index, connection.createArrayOf(type, values.toArray()));
  }
}
