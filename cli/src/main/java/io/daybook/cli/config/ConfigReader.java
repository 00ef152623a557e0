// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import io.daybook.serve.auth.AuthSettings;
import io.daybook.serve.mode.OnStale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the configuration: the YAML file, nested or with dotted keys, then the environment, which
 * wins. A value {@code file:/path} is replaced by what stands in that file.
 */
public final class ConfigReader {
  private static final String FILE = "file:";

  private final String where;
  private final Map<String, String> values = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private ConfigReader(String where) {
    this.where = where;
  }

  /**
   * Reads a file, or only the environment where {@code file} is null.
   *
   * @throws ConfigException with all problems
   */
  public static Config read(Path file, Map<String, String> environment) {
    ConfigReader reader =
        new ConfigReader(file == null ? "environment, no file" : file + " and environment");
    if (file != null) {
      YamlFile.read(file, reader.values, reader.problems);
      if (reader.values.isEmpty() && !reader.problems.isEmpty()) {
        // That keys are missing would only be the consequence.
        throw new ConfigException(reader.where, reader.problems);
      }
    }
    Environment.read(environment, reader.values, reader.problems);
    return reader.config();
  }

  private Config config() {
    refuseUnknownKeys();
    PostgresUri source = read(Setting.SOURCE_URI, PostgresUri::parse);
    PostgresUri target = read(Setting.TARGET_URI, PostgresUri::parse);
    PostgresUri sink = or(Setting.SINK_URI, target);
    PostgresUri serve = or(Setting.SERVE_URI, target);
    Map<String, String> kafka = passedThrough(PassThrough.KAFKA);
    kafka.put("bootstrap.servers", read(Setting.BOOTSTRAP_SERVERS, Values::bootstrapServers));
    var redis = read(Setting.REDIS_URI, Values::redis);
    String topicPrefix = read(Setting.TOPIC_PREFIX, Values::topicPrefix);
    Integer partitions = read(Setting.PARTITIONS, Values::partitions);
    Path rollups = read(Setting.ROLLUPS, Values::path);
    Path stateDir = read(Setting.STATE_DIR, Values::path);
    var freshnessLimit =
        read(Setting.FRESHNESS_LIMIT, text -> Values.freshnessLimit(Times.parse(text)));
    OnStale.Policy onStale = read(Setting.FRESHNESS_ON_STALE, Values::onStale);
    Optional<Duration> cdcRetention = read(Setting.CDC_RETENTION, ConfigReader::retention);
    var recomputeKeep =
        read(Setting.RECOMPUTE_KEEP, text -> Values.recomputeKeep(Times.parse(text)));
    String cron = read(Setting.SCHEDULE_CRON, Values::cron);
    Integer scheduleDays = read(Setting.SCHEDULE_DAYS, Values::scheduleDays);
    String keyPrefix = read(Setting.CACHE_KEY_PREFIX, Values::keyPrefix);
    var bumpInterval =
        read(Setting.CACHE_BUMP_INTERVAL, text -> Values.bumpInterval(Times.parse(text)));
    String entryPrefix = read(Setting.CACHE_ENTRY_PREFIX, Values::keyPrefix);
    var ttl = read(Setting.CACHE_TTL, text -> Values.ttl(Times.parse(text)));
    Config.Http http = http();
    Map<String, String> debezium = passedThrough(PassThrough.DEBEZIUM);
    Map<String, String> streams = passedThrough(PassThrough.STREAMS);
    if (!problems.isEmpty()) {
      throw new ConfigException(where, problems);
    }
    return new Config(
        source,
        target,
        sink,
        kafka,
        redis,
        topicPrefix,
        partitions,
        rollups,
        stateDir,
        new Config.Freshness(freshnessLimit, onStale),
        cdcRetention,
        recomputeKeep,
        new Config.Schedule(cron, scheduleDays),
        new Config.Cache(keyPrefix, bumpInterval, entryPrefix, ttl),
        serve,
        http,
        debezium,
        streams);
  }

  private PostgresUri or(Setting setting, PostgresUri other) {
    return values.containsKey(setting.key()) ? read(setting, PostgresUri::parse) : other;
  }

  /** Null where there is a problem. */
  private Config.Http http() {
    int before = problems.size();
    Optional<Config.Listen> listen = read(Setting.HTTP_LISTEN, Values::listen);
    String headerPrefix = read(Setting.HTTP_HEADER_PREFIX, Values::headerPrefix);
    Boolean reads = read(Setting.HTTP_READS, Values::onOrOff);
    Integer daysMax = read(Setting.HTTP_DAYS_MAX, text -> Values.number(text, 1, 36_600));
    Integer liveMax = read(Setting.HTTP_LIVE_MAX, text -> Values.number(text, 1, 100));
    var statementTimeout =
        read(Setting.HTTP_STATEMENT_TIMEOUT, text -> Values.statementTimeout(Times.parse(text)));
    Integer connectionsMax =
        read(Setting.HTTP_CONNECTIONS_MAX, text -> Values.number(text, 1, 100_000));
    Optional<Path> endpoints =
        read(
            Setting.HTTP_ENDPOINTS,
            text -> text.isBlank() ? Optional.empty() : Optional.of(Values.path(text)));
    Optional<AuthSettings> auth = auth(listen != null && listen.isPresent());
    if (problems.size() > before) {
      return null;
    }
    return new Config.Http(
        listen,
        headerPrefix,
        reads,
        daysMax,
        liveMax,
        statementTimeout,
        connectionsMax,
        endpoints,
        auth);
  }

  private Optional<AuthSettings> auth(boolean needed) {
    String secret = read(Setting.HTTP_AUTH_SECRET, Values::secret);
    String jwks = read(Setting.HTTP_AUTH_JWKS, text -> text);
    String issuer = read(Setting.HTTP_AUTH_ISSUER, text -> text);
    String audience = read(Setting.HTTP_AUTH_AUDIENCE, text -> text);
    String workspaces = read(Setting.HTTP_AUTH_WORKSPACES_CLAIM, Values::name);
    String operator = read(Setting.HTTP_AUTH_OPERATOR_CLAIM, Values::name);
    if (!needed || secret == null || jwks == null) {
      return Optional.empty();
    }
    if (secret.isEmpty() == jwks.isEmpty()) {
      problems.add(
          "%s is set: one of %s and %s is needed, and not both"
              .formatted(
                  Setting.HTTP_LISTEN.key(),
                  Setting.HTTP_AUTH_SECRET.key(),
                  Setting.HTTP_AUTH_JWKS.key()));
      return Optional.empty();
    }
    return Optional.of(
        new AuthSettings(
            orNull(secret), orNull(jwks), orNull(issuer), orNull(audience), workspaces, operator));
  }

  private static String orNull(String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static Optional<Duration> retention(String text) {
    return Values.cdcRetention(text.isBlank() ? Optional.empty() : Optional.of(Times.parse(text)));
  }

  private void refuseUnknownKeys() {
    List<String> known = Arrays.stream(Setting.values()).map(Setting::key).toList();
    for (String key : values.keySet()) {
      boolean passed =
          Arrays.stream(PassThrough.values()).anyMatch(each -> each.property(key) != null);
      if (!known.contains(key) && !passed) {
        problems.add(unknown(key, Nearest.to(key, known)));
      }
    }
  }

  private static String unknown(String key, String nearest) {
    return "the key '%s' is not known; the nearest is '%s'".formatted(key, nearest);
  }

  private Map<String, String> passedThrough(PassThrough to) {
    Map<String, String> properties = new TreeMap<>();
    for (Map.Entry<String, String> each : values.entrySet()) {
      String property = to.property(each.getKey());
      if (property == null || each.getKey().equals(Setting.BOOTSTRAP_SERVERS.key())) {
        continue;
      }
      if (to.own().contains(property)) {
        problems.add(own(each.getKey(), property));
        continue;
      }
      Optional<String> meant = to.meant(each.getKey());
      if (meant.isPresent()) {
        problems.add(unknown(each.getKey(), meant.get()));
        continue;
      }
      String resolved = resolved(each.getKey(), each.getValue());
      if (resolved != null) {
        properties.put(property, resolved);
      }
    }
    return properties;
  }

  private static String own(String key, String property) {
    String instead =
        switch (property) {
          case "bootstrap.servers" -> "; use " + Setting.BOOTSTRAP_SERVERS.key();
          case "state.dir" -> "; use " + Setting.STATE_DIR.key();
          case "topic.prefix" -> "; use " + Setting.TOPIC_PREFIX.key();
          default -> property.startsWith("database.") ? "; use " + Setting.SOURCE_URI.key() : "";
        };
    return key + " is set by Daybook itself, which relies on it" + instead;
  }

  private <T> T read(Setting setting, Function<String, T> parser) {
    String text = values.getOrDefault(setting.key(), setting.fallback());
    if (text == null) {
      problems.add(
          setting.key()
              + " is missing: "
              + setting.meaning()
              + " (or set "
              + setting.variable()
              + ")");
      return null;
    }
    String resolved = resolved(setting.key(), text);
    try {
      return resolved == null ? null : parser.apply(resolved);
    } catch (IllegalArgumentException e) {
      problems.add(setting.key() + ": " + rule(e, text, resolved));
      return null;
    }
  }

  /** What is wrong, without what stands in a file of its own: it was put there to be kept. */
  private static String rule(IllegalArgumentException e, String text, String resolved) {
    return text.startsWith(FILE)
        ? e.getMessage().replace("'" + resolved + "'", "the content of " + text)
        : e.getMessage();
  }

  /** The value, or what the file holds that it refers to; null where that is a problem. */
  private String resolved(String key, String value) {
    if (!value.startsWith(FILE)) {
      return value;
    }
    Path file = Path.of(value.substring(FILE.length()));
    try {
      String content = Files.readString(file).strip();
      if (!content.isEmpty()) {
        return content;
      }
      problems.add(key + " refers to " + file + ", which is empty");
    } catch (IOException e) {
      problems.add(key + " refers to " + file + ", which cannot be read: " + e);
    }
    return null;
  }
}
