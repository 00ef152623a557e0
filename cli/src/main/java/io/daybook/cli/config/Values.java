// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.auth.AuthSettings;
import io.daybook.serve.mode.OnStale;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a value must be. Each method gives the value back or throws {@link IllegalArgumentException}
 * with the rule; none repeats a value that may hold a password.
 */
final class Values {
  static final Duration FRESHNESS_LIMIT_MIN = Duration.ofSeconds(1);
  static final Duration FRESHNESS_LIMIT_MAX = Duration.ofHours(24);
  static final Duration BUMP_INTERVAL_MAX = Duration.ofHours(1);

  static final Duration RECOMPUTE_KEEP_MAX = Duration.ofHours(144);

  private static final Duration TTL_MAX = Duration.ofHours(24);
  private static final Duration STATEMENT_TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration STATEMENT_TIMEOUT_MAX = Duration.ofHours(1);
  private static final Duration RETENTION_MAX = Duration.ofDays(36_600);

  private static final int SCHEDULE_DAYS_MAX = 36_600;
  private static final CronParser CRON =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_-]{0,39}");
  private static final Pattern SERVER = Pattern.compile("(\\[[0-9a-fA-F:]+]|[^\\s:/]+):\\d{1,5}");
  private static final int KEY_PREFIX_CHARS_MAX = 200;
  private static final int PARTITIONS_MAX = 999;

  private Values() {}

  static String bootstrapServers(String text) {
    for (String server : text.split(",")) {
      if (!SERVER.matcher(server.strip()).matches()) {
        throw new IllegalArgumentException(
            "'" + server.strip() + "' should be host:port, several with commas between");
      }
    }
    return text;
  }

  static URI redis(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "it is no URI; encode special characters of the password as %XX");
    }
    return redis(uri);
  }

  static URI redis(URI uri) {
    if (uri.getHost() == null || !List.of("redis", "rediss").contains(uri.getScheme())) {
      throw new IllegalArgumentException(
          "it should look like redis://host:6379, or rediss:// for TLS");
    }
    if (uri.getPath() != null && !uri.getPath().matches("(/\\d{0,3})?")) {
      throw new IllegalArgumentException(
          "after the host only the number of a database may stand, as in redis://host:6379/0");
    }
    return uri;
  }

  static String topicPrefix(String text) {
    if (!PREFIX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' should be up to 40 of a-z 0-9 _ -, a letter first");
    }
    return text;
  }

  static int partitions(String text) {
    return partitions(text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0, text);
  }

  static int partitions(int number) {
    return partitions(number, Integer.toString(number));
  }

  private static int partitions(int number, String text) {
    if (number < 1 || number > PARTITIONS_MAX) {
      throw new IllegalArgumentException(
          "'" + text + "' should be a number from 1 to " + PARTITIONS_MAX);
    }
    return number;
  }

  static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("it is empty; it should be a path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no path");
    }
  }

  static String keyPrefix(String text) {
    if (text.length() > KEY_PREFIX_CHARS_MAX || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "'" + text + "' should be up to " + KEY_PREFIX_CHARS_MAX + " characters without blanks");
    }
    return text;
  }

  static Duration freshnessLimit(Duration time) {
    return between(FRESHNESS_LIMIT_MIN, time, FRESHNESS_LIMIT_MAX);
  }

  /** {@code live}, or {@code live, orders_daily=error, leads_daily=rollup}. */
  static OnStale.Policy onStale(String text) {
    OnStale usual = null;
    Map<String, OnStale> ofRollups = new TreeMap<>();
    for (String part : text.split(",")) {
      int equals = part.lastIndexOf('=');
      OnStale value = OnStale.parse(part.substring(equals + 1).strip());
      boolean twice =
          equals < 0
              ? usual != null
              : ofRollups.put(part.substring(0, equals).strip(), value) != null;
      if (twice) {
        throw new IllegalArgumentException("'" + text + "' says '" + part.strip() + "' twice");
      }
      usual = equals < 0 ? value : usual;
    }
    return new OnStale.Policy(usual == null ? OnStale.LIVE : usual, ofRollups);
  }

  /** At least as long as deletes stay readable: a stage may be away for as long. */
  static Optional<Duration> cdcRetention(Optional<Duration> time) {
    return time.map(each -> between(Topics.TOMBSTONES_LIVE, each, RETENTION_MAX));
  }

  /** The offsets of a group that nobody is in are forgotten by brokers after a week. */
  static Duration recomputeKeep(Duration time) {
    return between(Duration.ZERO, time, RECOMPUTE_KEEP_MAX);
  }

  static String cron(String text) {
    if (!text.isBlank()) {
      try {
        CRON.parse(text.strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "'%s' should be five fields, minute hour day-of-month month day-of-week, as 0 3 * * *: %s"
                .formatted(text, e.getMessage()));
      }
    }
    return text.strip();
  }

  /** When a cron is due; empty for never. */
  static Optional<ExecutionTime> times(String cron) {
    return cron.isEmpty() ? Optional.empty() : Optional.of(ExecutionTime.forCron(CRON.parse(cron)));
  }

  static int scheduleDays(String text) {
    return scheduleDays(text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0);
  }

  static int scheduleDays(int days) {
    if (days < 1 || days > SCHEDULE_DAYS_MAX) {
      throw new IllegalArgumentException(
          "'%d' should be a number from 1 to %d".formatted(days, SCHEDULE_DAYS_MAX));
    }
    return days;
  }

  static Duration ttl(Duration time) {
    return between(Duration.ZERO, time, TTL_MAX);
  }

  static Duration statementTimeout(Duration time) {
    return between(STATEMENT_TIMEOUT_MIN, time, STATEMENT_TIMEOUT_MAX);
  }

  static Optional<Config.Listen> listen(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    if (!SERVER.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' should be host:port");
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    return Optional.of(new Config.Listen(text.substring(0, colon), port));
  }

  static int port(int number) {
    return within(0, number, 65_535);
  }

  static String headerPrefix(String text) {
    if (!text.matches("[a-z0-9-]{0,40}")) {
      throw new IllegalArgumentException("'" + text + "' should be up to 40 of a-z 0-9 -");
    }
    return text;
  }

  static boolean onOrOff(String text) {
    if (!text.matches("on|off")) {
      throw new IllegalArgumentException("'" + text + "' should be on or off");
    }
    return text.equals("on");
  }

  static int number(String text, int least, int most) {
    if (!text.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(
          "'%s' should be a number from %d to %d".formatted(text, least, most));
    }
    return within(least, Integer.parseInt(text), most);
  }

  static int within(int least, int number, int most) {
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "'%d' should be a number from %d to %d".formatted(number, least, most));
    }
    return number;
  }

  static String secret(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (!text.isEmpty() && bytes < AuthSettings.SECRET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "it has %d bytes and should have %d or more"
              .formatted(bytes, AuthSettings.SECRET_BYTES_MIN));
    }
    return text;
  }

  static String name(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("it is empty");
    }
    return text;
  }

  static Duration bumpInterval(Duration time) {
    return between(Duration.ZERO, time, BUMP_INTERVAL_MAX);
  }

  private static Duration between(Duration least, Duration time, Duration most) {
    if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "'%s' should be from %s to %s"
              .formatted(Times.text(time), Times.text(least), Times.text(most)));
    }
    return time;
  }
}
