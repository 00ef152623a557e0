// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import org.postgresql.PGConnection;

/** Writes of every shape to the test's tables; counts the records that they must become. */
final class CaptureLoad implements AutoCloseable {
  private final Connection connection;
  private final Connection interleaved;
  private final Random random;
  private long records;
  private int serial;

  CaptureLoad(Connection connection, Connection interleaved, long seed) throws SQLException {
    this.connection = connection;
    this.interleaved = interleaved;
    this.random = new Random(seed);
    interleaved.setAutoCommit(false);
  }

  /** So many records must stand in the topic of the parcels when all is captured. */
  long records() {
    return records;
  }

  /** Some transactions with about {@code rows} rows each; one stays open until the next call. */
  Void round(int rows) throws SQLException, IOException {
    connection.setAutoCommit(true);
    long before = insert(interleaved, rows / 20);
    insertInOne(rows);
    copy(rows / 2);
    keyUpdates(rows / 20);
    connection.setAutoCommit(false);
    insertInOne(rows / 10);
    keyUpdates(rows / 40);
    change("UPDATE \"Parcel\" SET weight = weight + 1", rows / 10, 1);
    change("DELETE FROM \"Parcel\"", rows / 20, 2);
    connection.commit();
    records += before;
    interleaved.commit();
    return null;
  }

  private void insertInOne(int rows) throws SQLException {
    records += insert(connection, rows);
  }

  private long insert(Connection on, int rows) throws SQLException {
    int first = serial;
    serial += rows;
    try (Statement statement = on.createStatement()) {
      return statement.executeUpdate(
          "INSERT INTO \"Parcel\" (id, weight, note) SELECT 'p' || n, n, repeat('x', 200) FROM"
              + " generate_series("
              + first
              + ", "
              + (serial - 1)
              + ") n");
    }
  }

  private void copy(int rows) throws SQLException, IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      lines.append('c').append(serial++).append('\t').append(i).append('\n');
    }
    records +=
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY \"Parcel\" (id, weight) FROM STDIN", new StringReader(lines.toString()));
  }

  /** Each becomes a delete, a tombstone and a create. */
  private void keyUpdates(int rows) throws SQLException {
    change("UPDATE \"Parcel\" SET id = id || '" + "k" + serial++ + "'", rows, 3);
  }

  private void change(String sql, int rows, int recordsEach) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      records +=
          (long) recordsEach
              * statement.executeUpdate(
                  sql
                      + " WHERE id IN (SELECT id FROM \"Parcel\" ORDER BY md5(id || '"
                      + random.nextInt()
                      + "') LIMIT "
                      + rows
                      + ")");
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    interleaved.close();
  }
}
