// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a Postgres database is and who connects: as {@code
 * postgresql://user:password@host:5432/db}, the form that psql takes, or as a JDBC URL.
 *
 * @param jdbcUrl with user and password among its parameters
 * @param shown the same without any password
 */
public record PostgresUri(String jdbcUrl, String shown) {

  /**
   * Reads either form.
   *
   * @throws IllegalArgumentException saying what is wrong, without the password
   */
  public static PostgresUri parse(String text) {
    if (text.startsWith("jdbc:postgresql:")) {
      return new PostgresUri(text, text.replaceAll("password=[^&]*", "password=***"));
    }
    URI uri = uri(text);
    boolean postgres = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
    boolean database = uri.getPath() != null && uri.getPath().length() > 1;
    if (!postgres || uri.getHost() == null || !database) {
      throw new IllegalArgumentException(
          "it should look like postgresql://user:password@host:5432/database");
    }
    int port = uri.getPort() < 0 ? 5432 : uri.getPort();
    String address = uri.getHost() + ":" + port + uri.getRawPath();
    String user = uri.getUserInfo() == null ? null : uri.getUserInfo();
    StringBuilder url = new StringBuilder("jdbc:postgresql://").append(address).append('?');
    if (user != null) {
      int colon = user.indexOf(':');
      url.append("user=").append(encoded(colon < 0 ? user : user.substring(0, colon)));
      if (colon >= 0) {
        url.append("&password=").append(encoded(user.substring(colon + 1)));
      }
    }
    if (uri.getRawQuery() != null) {
      url.append('&').append(uri.getRawQuery());
    }
    String name = user == null ? "" : user.replaceFirst(":.*", "") + "@";
    return new PostgresUri(url.toString(), "postgresql://" + name + address);
  }

  /** New connections, one for each call; not pooled. */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl);
    source.setApplicationName("daybook");
    source.setConnectTimeout(10);
    return source;
  }

  /** The same, with an end to every wait for the server. */
  public DataSource dataSource(Duration limit) {
    PGSimpleDataSource source = (PGSimpleDataSource) dataSource();
    int seconds = Math.toIntExact(limit.toSeconds());
    source.setConnectTimeout(seconds);
    source.setLoginTimeout(seconds);
    source.setSocketTimeout(seconds);
    return source;
  }

  /** Without the password, so that no log can hold it. */
  @Override
  public String toString() {
    return shown;
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "it is no URI; encode special characters of the password as %XX", e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
