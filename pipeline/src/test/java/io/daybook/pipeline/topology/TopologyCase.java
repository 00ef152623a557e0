// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One case of the files in {@code src/test/resources/topology}; its README says what may stand
 * there.
 *
 * @param name what it shows, as a sentence
 * @param rollups which rollups the events are given to, each on its own
 * @param slice how many rows one slice of work goes through
 * @param from the first load that will do, by table
 * @param steps what happens, and what is to be seen after it
 */
record TopologyCase(
    String name, List<String> rollups, int slice, Map<String, Integer> from, List<Step> steps) {
  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "rollup",
          "rollups",
          "slice",
          "from",
          "events",
          "rows",
          "watermark",
          "emits",
          "error",
          "degraded",
          "quarantined",
          "settle",
          "then");

  /**
   * Events, and what is expected after them; what is null is not looked at.
   *
   * @param rows the whole rollup topic, folded by key, for each rollup
   * @param watermark the newest in the rollup topic, {@code epoch:lsn}, or {@code none}
   * @param emits how many records the step adds to the rollup topic, watermarks not counted
   * @param error part of the message of the failure that the step ends in
   * @param degraded rows in doubt by workspace, {@code *} for the whole rollup
   * @param quarantined why each event that is in quarantine is there, in any order
   * @param settle false to look before the work in slices is done
   */
  record Step(
      List<JsonNode> events,
      Map<String, JsonNode> rows,
      String watermark,
      Integer emits,
      String error,
      Map<String, Long> degraded,
      List<String> quarantined,
      boolean settle) {}

  /** All cases of all files, by file name. */
  static Map<String, List<TopologyCase>> readAll(Path folder) throws IOException {
    ObjectMapper yaml =
        YAMLMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    Map<String, List<TopologyCase>> cases = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        List<TopologyCase> own = new ArrayList<>();
        for (JsonNode each : yaml.readTree(file.toFile())) {
          own.add(read(each));
        }
        cases.put(file.getFileName().toString(), own);
      }
    }
    return cases;
  }

  static TopologyCase read(JsonNode node) {
    List<String> rollups = new ArrayList<>();
    if (node.has("rollup")) {
      rollups.add(node.get("rollup").asText());
    } else {
      node.required("rollups").forEach(each -> rollups.add(each.asText()));
    }
    List<Step> steps = new ArrayList<>();
    steps.add(step(node, rollups));
    node.path("then").forEach(each -> steps.add(step(each, rollups)));
    int slice = node.path("slice").asInt(Slices.LENGTH);
    Map<String, Integer> from = new HashMap<>();
    node.path("from")
        .properties()
        .forEach(each -> from.put("public." + each.getKey(), each.getValue().asInt()));
    return new TopologyCase(node.required("name").asText(), rollups, slice, from, steps);
  }

  private static Step step(JsonNode node, List<String> rollups) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new IllegalArgumentException(
            "'" + field.getKey() + "' is no field of a case; known are " + FIELDS);
      }
    }
    List<JsonNode> events = new ArrayList<>();
    node.path("events").forEach(events::add);
    Map<String, JsonNode> rows = new HashMap<>();
    if (node.has("rows")) {
      boolean byRollup = node.get("rows").isObject();
      rollups.forEach(
          each -> rows.put(each, byRollup ? node.get("rows").required(each) : node.get("rows")));
    }
    return new Step(
        events,
        rows,
        node.has("watermark") ? node.get("watermark").asText() : null,
        node.has("emits") ? node.get("emits").asInt() : null,
        node.has("error") ? node.get("error").asText() : null,
        node.has("degraded") ? degraded(node.get("degraded")) : null,
        node.has("quarantined") ? texts(node.get("quarantined")) : null,
        node.path("settle").asBoolean(true));
  }

  private static Map<String, Long> degraded(JsonNode node) {
    Map<String, Long> rows = new TreeMap<>();
    node.properties().forEach(field -> rows.put(field.getKey(), field.getValue().asLong()));
    return rows;
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    node.forEach(each -> texts.add(each.asText()));
    return texts.stream().sorted().toList();
  }
}
