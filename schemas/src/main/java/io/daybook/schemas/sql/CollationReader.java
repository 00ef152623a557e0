// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.Collations.Behaviour;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Reads what collations the text columns of tables have, and how those behave. */
final class CollationReader {
  /** Providers: c is libc, b is Postgres' own. Their locale is named differently by version. */
  private static final String OF_DATABASE =
      """
      SELECT CASE WHEN datlocprovider = 'c' THEN datcollate IN ('C', 'POSIX')
                                             AND datctype IN ('C', 'POSIX')
                  ELSE datlocprovider = 'b' AND to_jsonb(d) ->> 'datlocale' = 'C' END
      FROM pg_database d WHERE datname = current_database()""";

  private static final String OF_COLUMNS =
      """
      SELECT a.attname,
             CASE WHEN n.nspname = 'pg_catalog' THEN c.collname
                  ELSE n.nspname || '.' || c.collname END,
             NOT c.collisdeterministic,
             CASE WHEN c.collprovider = 'c' THEN c.collcollate IN ('C', 'POSIX')
                                             AND c.collctype IN ('C', 'POSIX')
                  ELSE c.collprovider = 'b' AND to_jsonb(c) ->> 'colllocale' = 'C' END
      FROM pg_attribute a
      JOIN pg_collation c ON c.oid = a.attcollation AND c.collprovider <> 'd'
      JOIN pg_namespace n ON n.oid = c.collnamespace
      WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped""";

  private CollationReader() {}

  static Collations read(Connection connection, Collection<String> tables) throws SQLException {
    Map<String, Behaviour> behaviours = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(OF_DATABASE);
        ResultSet row = statement.executeQuery()) {
      row.next();
      behaviours.put(
          Collations.DEFAULT, row.getBoolean(1) ? Behaviour.BYTES : Behaviour.DETERMINISTIC);
    }
    Map<String, Map<String, String>> columns = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(OF_COLUMNS)) {
      for (String table : tables) {
        statement.setString(1, table);
        Map<String, String> own = new TreeMap<>();
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            own.put(row.getString(1), row.getString(2));
            Behaviour deterministic = row.getBoolean(4) ? Behaviour.BYTES : Behaviour.DETERMINISTIC;
            behaviours.put(
                row.getString(2), row.getBoolean(3) ? Behaviour.NONDETERMINISTIC : deterministic);
          }
        }
        columns.put(table, own);
      }
    }
    columns.values().removeIf(Map::isEmpty);
    return new Collations(columns, behaviours);
  }
}
