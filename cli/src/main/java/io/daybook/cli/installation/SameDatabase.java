// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/**
 * Asks whether two connections lead to one database. Addresses do not tell: a server has several
 * names, and a proxy many. Nor does the system identifier, which a promoted copy shares. An
 * advisory lock does, needs no privilege, and is gone with its transaction.
 */
final class SameDatabase {
  private SameDatabase() {}

  static boolean is(DataSource one, DataSource other) throws SQLException {
    long key = ThreadLocalRandom.current().nextLong();
    try (Connection first = one.getConnection();
        Connection second = other.getConnection()) {
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      try {
        lock(first, key);
        return !lock(second, key);
      } finally {
        second.rollback();
        first.rollback();
      }
    }
  }

  private static boolean lock(Connection connection, long key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
