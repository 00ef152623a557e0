// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.composition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.daybook.serve.composition.Composition.Item;
import io.daybook.serve.read.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads endpoints from a folder of YAML files, one in each:
 *
 * <pre>
 * path: shop/overview
 * workspace: shopId
 * parts:
 *   core:
 *     orders: {rollup: orders_daily, measure: orders}
 *   details:
 *     perDay: {rollup: orders_daily, group: day, measures: {orders: orders, paid: paid}}
 *     perState: {rollup: orders_daily, group: total, by: {state: state}, measures: {orders: orders}}
 *     speed: {rollup: orders_daily, measures: {fast: under_1d, slow: over_1d}}
 * </pre>
 */
public final class CompositionReader {
  private static final Set<String> KEYS = Set.of("path", "workspace", "parts");
  private static final Set<String> ITEM_KEYS =
      Set.of("rollup", "measure", "group", "by", "measures");
  private static final Set<String> TAKEN = Set.of("rollups", "ops");

  private final Path file;

  private CompositionReader(Path file) {
    this.file = file;
  }

  /**
   * All of a folder, by the names of the files.
   *
   * @throws IllegalArgumentException where one is not as it must be; the message says which and
   *     what
   */
  public static List<Composition> readAll(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(each -> each.toString().endsWith(".yaml")).sorted().toList();
    }
    List<Composition> compositions = new ArrayList<>();
    for (Path each : files) {
      Composition one = new CompositionReader(each).read();
      if (compositions.stream().anyMatch(other -> other.path().equals(one.path()))) {
        throw new IllegalArgumentException(
            "%s: the path '%s' is another file's already".formatted(each, one.path()));
      }
      compositions.add(one);
    }
    return compositions;
  }

  private Composition read() throws IOException {
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw problem("it is no YAML: " + e.getOriginalMessage());
    }
    requireKeys(root, KEYS, "an endpoint");
    String path = text(root, "path", "an endpoint");
    if (!path.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*") || TAKEN.contains(path.split("/")[0])) {
      throw problem(
          "the path '%s' should be like shop/overview, and not begin with %s"
              .formatted(path, String.join(" or ", TAKEN)));
    }
    JsonNode parts = root.get("parts");
    if (parts == null || !parts.isObject() || parts.isEmpty()) {
      throw problem("parts should be names, each with what it shows");
    }
    Map<String, Map<String, Item>> all = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> part : parts.properties()) {
      Map<String, Item> items = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> item : part.getValue().properties()) {
        items.put(item.getKey(), item(part.getKey() + "." + item.getKey(), item.getValue()));
      }
      if (items.isEmpty()) {
        throw problem("the part '" + part.getKey() + "' is empty");
      }
      all.put(part.getKey(), items);
    }
    return new Composition(path, text(root, "workspace", "an endpoint"), all);
  }

  private Item item(String name, JsonNode node) {
    requireKeys(node, ITEM_KEYS, name);
    String rollup = text(node, "rollup", name);
    if (node.has("measure")) {
      if (node.size() != 2) {
        throw problem(name + " is one number: it has a rollup and a measure, and nothing else");
      }
      return new Composition.Number(rollup, text(node, "measure", name));
    }
    Map<String, String> measures = names(node, "measures", name);
    if (measures.isEmpty()) {
      throw problem(name + " has neither a measure nor measures");
    }
    if (!node.has("group")) {
      if (node.has("by")) {
        throw problem(name + " is by something: it needs a group, as total");
      }
      return new Composition.Numbers(rollup, measures);
    }
    Group group;
    try {
      group = Group.parse(text(node, "group", name));
    } catch (IllegalArgumentException e) {
      throw problem(name + ": group " + e.getMessage());
    }
    return new Composition.Rows(rollup, group, names(node, "by", name), measures);
  }

  private Map<String, String> names(JsonNode node, String key, String of) {
    Map<String, String> names = new LinkedHashMap<>();
    JsonNode map = node.get(key);
    if (map == null) {
      return names;
    }
    if (!map.isObject()) {
      throw problem("%s of %s should be names, each with that of the rollup".formatted(key, of));
    }
    for (Map.Entry<String, JsonNode> each : map.properties()) {
      names.put(each.getKey(), text(map, each.getKey(), of));
    }
    return names;
  }

  private void requireKeys(JsonNode node, Set<String> known, String what) {
    if (node == null || !node.isObject()) {
      throw problem(what + " should have " + String.join(", ", known));
    }
    node.fieldNames()
        .forEachRemaining(
            each -> {
              if (!known.contains(each)) {
                throw problem(
                    "%s has '%s'; it may have %s".formatted(what, each, String.join(", ", known)));
              }
            });
  }

  private String text(JsonNode node, String key, String of) {
    JsonNode value = node.get(key);
    if (value == null || !value.isTextual() || value.asText().isBlank()) {
      throw problem("%s of %s should be a text".formatted(key, of));
    }
    return value.asText();
  }

  private IllegalArgumentException problem(String what) {
    return new IllegalArgumentException(file + ": " + what);
  }
}
