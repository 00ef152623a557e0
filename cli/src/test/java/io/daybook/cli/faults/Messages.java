// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.sql.SQLException;

/** Many messages at once, beside those of the load. */
final class Messages {
  private final Database database;

  Messages(Database database) {
    this.database = database;
  }

  /** Inserts so many in one statement, for one lead; their ids begin with the prefix. */
  int insert(String prefix, int rows, String lead) throws SQLException {
    return database.change(
        "INSERT INTO \"Message\" (id, \"leadId\", direction, source, body, \"isRead\", \"sentAt\")"
            + " SELECT ? || n, ?, CASE n % 2 WHEN 0 THEN 'inbound' ELSE 'outbound' END, 'zrg',"
            + " 'bulk', n % 3 = 0, timestamp '2026-01-01' + n % 40 * interval '7 hours'"
            + " FROM generate_series(1, ?) n",
        prefix, lead, rows);
  }

  /**
   * A workspace with one lead that the load knows nothing of, so that nobody deletes it meanwhile.
   *
   * @return the id of both
   */
  String ownLead(String id) throws SQLException {
    database.change(
        "INSERT INTO \"Client\" (id, name) VALUES (?, 'own') ON CONFLICT DO NOTHING", id);
    database.change(
        "INSERT INTO \"Lead\" (id, \"clientId\", \"updatedAt\") VALUES (?, ?, now())"
            + " ON CONFLICT DO NOTHING",
        id,
        id);
    return id;
  }

  /** Takes away what {@link #ownLead} made, and what hangs on it. */
  int deleteWorkspace(String id) throws SQLException {
    return database.change("DELETE FROM \"Client\" WHERE id = ?", id);
  }
}
