// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A configuration file: keys with dots, nested, or both. */
final class YamlFile {
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private final Map<String, String> values;
  private final List<String> problems;

  private YamlFile(Map<String, String> values, List<String> problems) {
    this.values = values;
    this.problems = problems;
  }

  /** Adds the file's values by their dotted keys, and what is wrong with it. */
  static void read(Path file, Map<String, String> values, List<String> problems) {
    try {
      JsonNode root = YAML.readTree(Files.readString(file));
      if (root.isObject()) {
        new YamlFile(values, problems).flatten("", root);
      } else if (!root.isNull() && !root.isMissingNode()) {
        problems.add(file + " holds no keys; a line should look like topic-prefix: daybook");
      }
    } catch (JsonProcessingException e) {
      problems.add(file + " cannot be read: it is no YAML" + place(e.getLocation()));
    } catch (NoSuchFileException e) {
      problems.add("there is no file " + file.toAbsolutePath().normalize());
    } catch (IOException e) {
      problems.add(file + " cannot be read: " + e);
    }
  }

  /** The parser's own words would quote the line, and with it a password. */
  private static String place(JsonLocation location) {
    return location == null
        ? ""
        : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
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
    } else if (!node.isNull() && values.put(key, node.asText()) != null) {
      problems.add(key + " is set twice");
    }
  }
}
