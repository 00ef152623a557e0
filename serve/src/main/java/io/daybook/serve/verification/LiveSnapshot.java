// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import io.daybook.schemas.topic.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/**
 * The source as one snapshot shows it, with an LSN that bounds it from above: every transaction
 * that the snapshot sees has its commit record below {@link #lsn}.
 *
 * <p>Why: (1) A backend inserts its commit record into the log before it leaves the list of running
 * transactions, and a snapshot sees only those that have left it. (2) So when the snapshot was
 * taken the insert position was behind every commit record that it sees; the position only grows,
 * and we read it afterwards, in a later statement of the same REPEATABLE READ transaction.
 * Synchronous commit does not matter: the record is inserted first in any case, and the message
 * that {@link CatchUp} commits after us flushes the log past it. COMMIT PREPARED follows the same
 * order.
 *
 * <p>The reverse does not hold: transactions with a commit record below the LSN may be unseen, if
 * they had not yet left the list. A rollup that is complete through the LSN thus has all that the
 * snapshot has, and perhaps more; what differs is therefore looked at again.
 *
 * <p>The insert position exists on a primary only; on a standby Postgres refuses to tell it.
 *
 * <p>Source: Postgres, src/backend/access/transam/README, "Interlocking Transaction Begin,
 * Transaction End, and Snapshots".
 */
final class LiveSnapshot implements AutoCloseable {
  private final Connection connection;
  private final Lsn lsn;
  private final Instant time;

  private LiveSnapshot(Connection connection, Lsn lsn, Instant time) {
    this.connection = connection;
    this.lsn = lsn;
    this.time = time;
  }

  static LiveSnapshot open(DataSource source, List<String> searchPath) throws SQLException {
    Connection connection = ReadSession.open(source, searchPath);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1"); // takes the snapshot
      try (ResultSet row =
          statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text, clock_timestamp()")) {
        row.next();
        return new LiveSnapshot(
            connection, Lsn.parse(row.getString(1)), row.getTimestamp(2).toInstant());
      }
    } catch (SQLException e) {
      ReadSession.close(connection);
      throw e;
    }
  }

  Connection connection() {
    return connection;
  }

  Lsn lsn() {
    return lsn;
  }

  /** By the source's clock. */
  Instant time() {
    return time;
  }

  @Override
  public void close() throws SQLException {
    ReadSession.close(connection);
  }
}
