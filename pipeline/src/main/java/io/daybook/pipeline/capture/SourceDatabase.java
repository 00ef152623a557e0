// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.postgresql.Driver;

/**
 * How to reach the database whose tables are captured.
 *
 * @param user a role with REPLICATION that may read the captured tables
 * @param properties further properties of the JDBC driver, such as {@code sslmode}
 */
public record SourceDatabase(
    String host,
    int port,
    String database,
    String user,
    String password,
    Map<String, String> properties) {

  public SourceDatabase {
    properties = Map.copyOf(properties);
  }

  /** Reads {@code jdbc:postgresql://host:port/database?user=…&password=…&…}. */
  public static SourceDatabase parse(String jdbcUrl) {
    Properties parsed = Driver.parseURL(jdbcUrl, new Properties());
    if (parsed == null) {
      throw new IllegalArgumentException(
          "The source's JDBC URL cannot be read; it should look like"
              + " jdbc:postgresql://host:5432/database?user=name");
    }
    Map<String, String> rest = new TreeMap<>();
    parsed.stringPropertyNames().forEach(name -> rest.put(name, parsed.getProperty(name)));
    return new SourceDatabase(
        rest.remove("PGHOST"),
        Integer.parseInt(rest.remove("PGPORT")),
        rest.remove("PGDBNAME"),
        rest.remove("user"),
        rest.remove("password"),
        rest);
  }

  /** The same with these properties of the driver over those it has. */
  SourceDatabase with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(properties);
    all.putAll(more);
    return new SourceDatabase(host, port, database, user, password, all);
  }

  /**
   * A new connection in auto-commit mode; the caller closes it.
   *
   * @throws SQLException that says of which server and user; the SQLSTATE is the server's
   */
  Connection connect(String applicationName) throws SQLException {
    Properties given = new Properties();
    given.putAll(properties);
    given.setProperty("ApplicationName", applicationName);
    if (user != null) {
      given.setProperty("user", user);
    }
    if (password != null) {
      given.setProperty("password", password);
    }
    String hosts = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    String url = "jdbc:postgresql://" + hosts + ":" + port + "/" + encoded();
    try {
      return new Driver().connect(url, given);
    } catch (SQLException e) {
      throw new SQLException(
          "No connection to the source, " + this + ": " + e.getMessage(),
          e.getSQLState(),
          e.getErrorCode(),
          e);
    }
  }

  private String encoded() {
    return java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + database;
  }
}
