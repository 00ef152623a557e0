// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a Postgres database is and who connects: as {@code
 * postgresql://user:password@host:5432/db?sslmode=verify-full}, the form that psql takes, or as a
 * JDBC URL. Parameters are the JDBC driver's.
 *
 * @param jdbcUrl with user and password among its parameters
 * @param shown address and user, without any password
 */
public record PostgresUri(String jdbcUrl, String shown) {
  private static final String FORM = "postgresql://user:password@host:5432/database";
  private static final String JDBC = "jdbc:";
  private static final String PORT = "5432";

  /** Of a name with an underscore, as containers have, {@link URI} makes out no host. */
  private static final Pattern AUTHORITY =
      Pattern.compile("((?<user>.*)@)?(?<host>\\[[^]]+]|[^:@,]+)(:(?<port>\\d{1,5}))?");

  private static final int CONNECT_SECONDS_MAX = 10;

  /** Parameters that psql spells otherwise than the JDBC driver. */
  private static final Map<String, String> LIBPQ_NAMES =
      Map.of(
          "application_name", "ApplicationName",
          "connect_timeout", "connectTimeout",
          "gssencmode", "gssEncMode",
          "channel_binding", "channelBinding",
          "sslnegotiation", "sslNegotiation");

  /**
   * Reads either form.
   *
   * @throws IllegalArgumentException saying what is wrong, without the password
   */
  public static PostgresUri parse(String text) {
    boolean jdbc = text.startsWith(JDBC);
    URI uri = uri(jdbc ? text.substring(JDBC.length()) : text);
    boolean postgres = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
    boolean database = uri.getPath() != null && uri.getPath().length() > 1;
    Matcher authority =
        AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
    if (!postgres || !database || !authority.matches()) {
      throw new IllegalArgumentException("it should look like " + FORM);
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    user(authority.group("user"), parameters);
    parameters.putAll(parameters(uri.getRawQuery()));
    String port = authority.group("port") == null ? PORT : authority.group("port");
    String address = authority.group("host") + ":" + port + uri.getRawPath();
    StringBuilder url = new StringBuilder("jdbc:postgresql://").append(address);
    char separator = '?';
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      url.append(separator).append(each.getKey()).append('=').append(encoded(each.getValue()));
      separator = '&';
    }
    String user = parameters.get(PGProperty.USER.getName());
    return new PostgresUri(
        url.toString(), "postgresql://" + (user == null ? "" : encoded(user) + "@") + address);
  }

  private static void user(String rawUserInfo, Map<String, String> to) {
    if (rawUserInfo == null) {
      return;
    }
    int colon = rawUserInfo.indexOf(':');
    String user = colon < 0 ? rawUserInfo : rawUserInfo.substring(0, colon);
    to.put(PGProperty.USER.getName(), decoded(user));
    if (colon >= 0) {
      to.put(PGProperty.PASSWORD.getName(), decoded(rawUserInfo.substring(colon + 1)));
    }
  }

  /** A parameter that the driver does not know would be ignored, and a typo would turn off TLS. */
  private static Map<String, String> parameters(String rawQuery) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (rawQuery == null || rawQuery.isEmpty()) {
      return parameters;
    }
    for (String each : rawQuery.split("&")) {
      int equals = each.indexOf('=');
      String written = equals < 0 ? each : each.substring(0, equals);
      String name = LIBPQ_NAMES.getOrDefault(written, written);
      if (PGProperty.forName(name) == null) {
        throw new IllegalArgumentException(
            "the parameter '%s' is not known; the nearest is '%s'"
                .formatted(written, Nearest.to(written, PropertyNames.ALL)));
      }
      parameters.put(name, equals < 0 ? "true" : decoded(each.substring(equals + 1)));
    }
    return parameters;
  }

  /** Who connects, or null where the URI does not say. */
  public String user() {
    return Driver.parseURL(jdbcUrl, new Properties()).getProperty(PGProperty.USER.getName());
  }

  /** New connections, one for each call; not pooled. */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl);
    if (!jdbcUrl.contains(PGProperty.APPLICATION_NAME.getName() + "=")) {
      source.setApplicationName("daybook");
    }
    if (!jdbcUrl.contains(PGProperty.CONNECT_TIMEOUT.getName() + "=")) {
      source.setConnectTimeout(CONNECT_SECONDS_MAX);
    }
    return source;
  }

  /** The same, with an end to every wait for the server. */
  public DataSource dataSource(Duration limit) {
    PGSimpleDataSource source = (PGSimpleDataSource) dataSource();
    int seconds = Math.toIntExact(limit.toSeconds());
    if (source.getConnectTimeout() == 0 || source.getConnectTimeout() > seconds) {
      source.setConnectTimeout(seconds);
    }
    source.setLoginTimeout(Math.min(seconds, 2 * CONNECT_SECONDS_MAX));
    source.setSocketTimeout(seconds);
    return source;
  }

  /** Without the password, so that no log can hold it. */
  @Override
  public String toString() {
    return shown;
  }

  /** The cause is left out: its message repeats the whole text. */
  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "it is no URI; encode special characters of the password as %XX");
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Percent-decoded; a plus sign is one. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** What a parameter may be called. */
  private static final class PropertyNames {
    static final Set<String> ALL = new TreeSet<>(LIBPQ_NAMES.keySet());

    static {
      for (PGProperty each : PGProperty.values()) {
        ALL.add(each.getName());
      }
    }
  }
}
