// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.debezium.jdbc.JdbcConfiguration;
import io.debezium.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens the engine's connections, its walsender included, under capture's own application name: by
 * that a successor recognises what it may end. The connector would name them all "Debezium …".
 */
public final class EngineConnections implements JdbcConnection.ConnectionFactory {
  /** Under the prefix {@code database.} in the engine's properties. */
  static final String NAME = "daybook.application.name";

  private static final JdbcConnection.ConnectionFactory DRIVER =
      JdbcConnection.patternBasedFactory(
          "jdbc:postgresql://${"
              + JdbcConfiguration.HOSTNAME
              + "}:${"
              + JdbcConfiguration.PORT
              + "}/${"
              + JdbcConfiguration.DATABASE
              + "}");

  @Override
  public Connection connect(JdbcConfiguration config) throws SQLException {
    return DRIVER.connect(
        JdbcConfiguration.adapt(
            config.edit().with("ApplicationName", config.getString(NAME)).build()));
  }
}
