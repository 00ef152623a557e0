// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.PostgresUri;
import io.daybook.cli.config.Setting;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Connections to a configured database. Where none can be had the message says of which key,
 * address and user, never the password; the SQLSTATE is the server's.
 */
final class NamedDataSource implements DataSource {
  private final Setting setting;
  private final PostgresUri uri;
  private final DataSource source;

  NamedDataSource(Setting setting, PostgresUri uri) {
    this(setting, uri, uri.dataSource());
  }

  NamedDataSource(Setting setting, PostgresUri uri, DataSource source) {
    this.setting = setting;
    this.uri = uri;
    this.source = source;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      return source.getConnection();
    } catch (SQLException e) {
      throw new SQLException(
          "No connection by %s, %s: %s".formatted(setting.key(), uri.shown(), e.getMessage()),
          e.getSQLState(),
          e.getErrorCode(),
          e);
    }
  }

  /** Not supported: the user is part of the configuration. */
  @Override
  public Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException("the user is that of " + setting.key());
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return source.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return source.isWrapperFor(type);
  }
}
