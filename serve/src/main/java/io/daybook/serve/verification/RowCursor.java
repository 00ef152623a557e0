// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Rows of one side in key order, fetched in portions; stands on a row from the start. */
final class RowCursor implements AutoCloseable {
  static final String LIVE = "live";
  static final String ROLLUP = "rollup";

  private final Statement statement;
  private final ResultSet rows;
  private final String side;
  private final int keyColumns;
  private final int columns;
  private Key key;

  /**
   * @param connection in a transaction, without which the driver would fetch everything at once
   * @param side {@link #LIVE} or {@link #ROLLUP}
   */
  RowCursor(Connection connection, RollupQueries queries, String sql, String side, int fetchRows)
      throws SQLException {
    this.side = side;
    this.keyColumns = queries.keyColumns();
    this.columns = queries.columns();
    this.statement = connection.createStatement();
    statement.setFetchSize(fetchRows);
    try {
      this.rows = statement.executeQuery(sql);
    } catch (SQLException e) {
      throw failure(e);
    }
    advance();
  }

  /** Key of the row it stands on, null past the last one. */
  Key key() {
    return key;
  }

  /** Measures of the row it stands on. */
  List<String> measures() throws SQLException {
    return texts(keyColumns, columns);
  }

  void advance() throws SQLException {
    Key next = nextRow() ? new Key(texts(0, keyColumns)) : null;
    if (next != null && key != null && next.compareTo(key) <= 0) {
      throw new SQLException(
          ("The %s rows of keys %s and %s are the same or out of order: two workspaces with one"
                  + " text, or a database whose encoding is not UTF8")
              .formatted(side, key.parts(), next.parts()));
    }
    key = next;
  }

  private boolean nextRow() throws SQLException {
    try {
      return rows.next();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private SQLException failure(SQLException e) {
    return side.equals(LIVE) ? LiveQueryException.of(e) : e;
  }

  private List<String> texts(int from, int to) throws SQLException {
    List<String> texts = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      texts.add(rows.getString(i + 1));
    }
    return texts;
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
