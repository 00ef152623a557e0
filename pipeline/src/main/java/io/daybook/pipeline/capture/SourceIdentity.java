// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which history of which cluster LSNs belong to: both change when another server answers, the
 * timeline also with every promotion and point-in-time recovery.
 *
 * @param system the cluster's system identifier
 * @param timeline the timeline that WAL is now written on, in hexadecimal
 */
record SourceIdentity(String system, String timeline) {

  /**
   * Reads it.
   *
   * @throws IllegalStateException on a standby: it may yet be promoted, or the address lead back
   */
  static SourceIdentity read(Connection connection) throws SQLException {
    requirePrimary(connection);
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT system_identifier::text,"
                    + " left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)"
                    + " FROM pg_control_system()")) {
      row.next();
      return new SourceIdentity(row.getString(1), row.getString(2));
    }
  }

  private static void requirePrimary(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      row.next();
      if (row.getBoolean(1)) {
        throw new IllegalStateException(
            "The source is a standby, which cannot be captured: its promotion is waited for, or"
                + " that the address leads to the primary");
      }
    }
  }
}
