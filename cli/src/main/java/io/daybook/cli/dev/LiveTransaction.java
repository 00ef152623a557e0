// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;

/**
 * One transaction of the live load: its statements, and how many row changes it will have made when
 * it commits, cascades included. Values are bound as text and typed by Postgres.
 */
final class LiveTransaction {
  /** A condition on {@code t}: sample and load give their rows UUIDs as ids, of 36 characters. */
  static final String OURS = "length(t.id) = 36";

  private final Connection connection;
  private final Draw draw;
  private final Draw ids;
  private final Instant now;
  private long rowChanges;

  LiveTransaction(Connection connection, Draw draw, Draw ids, Clock clock) {
    this.connection = connection;
    this.draw = draw;
    this.ids = ids;
    this.now = clock.instant();
  }

  Draw draw() {
    return draw;
  }

  Instant now() {
    return now;
  }

  String newId() {
    return ids.id();
  }

  long rowChanges() {
    return rowChanges;
  }

  /** A moment of the last 90 days. */
  Instant pastMoment() {
    return now.minusMillis(draw.between(Duration.ZERO, SampleData.WINDOW));
  }

  /** The first column of the first row, or null when there is none. */
  String pick(String query, Object... values) throws SQLException {
    try (PreparedStatement statement = bind(query, values);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  /**
   * The id of a row that no other transaction holds, locked; any row is about as likely as another,
   * since ids are spread evenly: the first at or after a random id. Rows whose id is no UUID were
   * made by others, and are left to them.
   *
   * @param condition follows {@code WHERE}; the row is {@code t}
   */
  String pickRow(String table, String condition) throws SQLException {
    String query =
        "SELECT id FROM \"%s\" t WHERE id %s ? AND "
            + OURS
            + " AND %s ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED";
    String from = draw.id();
    String after = pick(query.formatted(table, ">=", condition), from);
    return after != null ? after : pick(query.formatted(table, "<", condition), from);
  }

  /** Runs a statement and counts the rows that it changed. */
  int change(String statementText, Object... values) throws SQLException {
    try (PreparedStatement statement = bind(statementText, values)) {
      int rows = statement.executeUpdate();
      rowChanges += rows;
      return rows;
    }
  }

  /** Runs a statement that must change exactly one row, because the row was picked and locked. */
  void changeOne(String statementText, Object... values) throws SQLException {
    int rows = change(statementText, values);
    if (rows != 1) {
      throw new IllegalStateException("expected 1 row changed, got " + rows + ": " + statementText);
    }
  }

  /** Inserts rows by one statement. */
  void insert(String target, Object[]... rows) throws SQLException {
    String row = "(" + String.join(", ", Collections.nCopies(rows[0].length, "?")) + ")";
    String text =
        "INSERT INTO "
            + target
            + " VALUES "
            + String.join(", ", Collections.nCopies(rows.length, row));
    Object[] values = new Object[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
    }
    change(text, values);
  }

  /** Counts rows that a statement of this transaction changes by a cascade. */
  void countCascade(String countQuery, Object... values) throws SQLException {
    rowChanges += Long.parseLong(pick(countQuery, values));
  }

  /** Runs a part and takes back what it did, as an application does after a caught error. */
  void takeBack(LiveOperation.Body part) throws SQLException {
    long before = rowChanges;
    Savepoint savepoint = connection.setSavepoint();
    part.run(this);
    connection.rollback(savepoint);
    connection.releaseSavepoint(savepoint);
    rowChanges = before;
  }

  /** Takes back everything. */
  void rollBack() throws SQLException {
    connection.rollback();
    rowChanges = 0;
  }

  private PreparedStatement bind(String text, Object[] values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text);
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        statement.setNull(i + 1, Types.NULL);
      } else {
        statement.setObject(i + 1, values[i].toString(), Types.OTHER);
      }
    }
    return statement;
  }
}
