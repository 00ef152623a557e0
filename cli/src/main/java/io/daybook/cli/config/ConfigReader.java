// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the configuration: the YAML file, nested or with dotted keys, then the environment, which
 * wins. A value {@code file:/path} is replaced by what stands in that file.
 */
public final class ConfigReader {
  private static final List<String> PASSED_THROUGH = List.of("kafka.", "debezium.", "streams.");
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h)");

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
      reader.addFile(file);
    }
    reader.addEnvironment(environment);
    return reader.config();
  }

  private void addFile(Path file) {
    try {
      JsonNode root = new YAMLMapper().readTree(Files.readString(file));
      flatten("", root);
    } catch (IOException e) {
      problems.add(file + " cannot be read: " + e.getMessage());
    }
  }

  private void flatten(String key, JsonNode node) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              each ->
                  flatten(
                      key.isEmpty() ? each.getKey() : key + "." + each.getKey(), each.getValue()));
    } else if (node.isArray()) {
      problems.add(key + " is a list; it takes one value");
    } else if (!key.isEmpty() && !node.isNull()) {
      values.put(key, node.asText());
    }
  }

  private void addEnvironment(Map<String, String> environment) {
    environment.forEach(
        (variable, value) -> {
          String key = key(variable);
          if (key != null) {
            values.put(key, value);
          }
        });
  }

  private static String key(String variable) {
    for (Setting setting : Setting.values()) {
      if (setting.variable().equals(variable)) {
        return setting.key();
      }
    }
    for (String prefix : PASSED_THROUGH) {
      String start = "DAYBOOK_" + prefix.toUpperCase(Locale.ROOT).replace('.', '_');
      if (variable.startsWith(start)) {
        String rest = variable.substring(start.length());
        return prefix + rest.toLowerCase(Locale.ROOT).replace('_', '.');
      }
    }
    return null;
  }

  private Config config() {
    refuseUnknownKeys();
    PostgresUri source = read(Setting.SOURCE_URI, PostgresUri::parse);
    PostgresUri target = read(Setting.TARGET_URI, PostgresUri::parse);
    boolean ownSink = values.containsKey(Setting.SINK_URI.key());
    PostgresUri sink = ownSink ? read(Setting.SINK_URI, PostgresUri::parse) : target;
    Map<String, String> kafka = passedThrough("kafka.");
    kafka.remove("bootstrap-servers");
    String servers = read(Setting.BOOTSTRAP_SERVERS, Function.identity());
    if (servers != null) {
      kafka.put("bootstrap.servers", servers);
    }
    Config config =
        new Config(
            source,
            target,
            sink,
            Map.copyOf(kafka),
            read(Setting.REDIS_URI, ConfigReader::redis),
            read(Setting.TOPIC_PREFIX, ConfigReader::prefix),
            orZero(read(Setting.PARTITIONS, ConfigReader::partitions)),
            read(Setting.ROLLUPS, Path::of),
            read(Setting.STATE_DIR, Path::of),
            read(Setting.FRESHNESS_LIMIT, ConfigReader::duration),
            new Config.Cache(
                read(Setting.CACHE_KEY_PREFIX, Function.identity()),
                read(Setting.CACHE_BUMP_INTERVAL, ConfigReader::duration)),
            Map.copyOf(passedThrough("debezium.")),
            Map.copyOf(passedThrough("streams.")));
    if (!problems.isEmpty()) {
      throw new ConfigException(where, problems);
    }
    return config;
  }

  private void refuseUnknownKeys() {
    List<String> known = Arrays.stream(Setting.values()).map(Setting::key).toList();
    for (String key : values.keySet()) {
      if (!known.contains(key) && PASSED_THROUGH.stream().noneMatch(key::startsWith)) {
        String nearest =
            known.stream().min(Comparator.comparingInt(each -> distance(each, key))).orElseThrow();
        problems.add("the key '" + key + "' is not known; the nearest is '" + nearest + "'");
      }
    }
  }

  private Map<String, String> passedThrough(String prefix) {
    Map<String, String> properties = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          String resolved = key.startsWith(prefix) ? resolved(key, value) : null;
          if (resolved != null) {
            properties.put(key.substring(prefix.length()), resolved);
          }
        });
    return properties;
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
      problems.add(setting.key() + ": " + e.getMessage());
      return null;
    }
  }

  /** The value, or what the file holds that it refers to; null where that is a problem. */
  private String resolved(String key, String value) {
    if (!value.startsWith("file:")) {
      return value;
    }
    Path file = Path.of(value.substring("file:".length()));
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      problems.add(key + " refers to " + file + ", which cannot be read: " + e.getMessage());
      return null;
    }
  }

  private static URI redis(String text) {
    URI uri = URI.create(text);
    if (uri.getHost() == null || !List.of("redis", "rediss").contains(uri.getScheme())) {
      throw new IllegalArgumentException("it should look like redis://host:6379");
    }
    return uri;
  }

  private static String prefix(String text) {
    if (!text.matches("[a-z][a-z0-9_-]{0,39}")) {
      throw new IllegalArgumentException(
          "'" + text + "' should be up to 40 of a-z 0-9 _ -, a letter first");
    }
    return text;
  }

  private static Integer partitions(String text) {
    if (!text.matches("[1-9]\\d{0,2}")) {
      throw new IllegalArgumentException("'" + text + "' should be a number from 1 to 999");
    }
    return Integer.valueOf(text);
  }

  private static int orZero(Integer number) {
    return number == null ? 0 : number;
  }

  /** {@code 500ms}, {@code 60s}, {@code 5m}, {@code 1h}. */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' should be a time like 500ms, 60s or 5m");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /** Levenshtein's distance, for "did you mean". */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
