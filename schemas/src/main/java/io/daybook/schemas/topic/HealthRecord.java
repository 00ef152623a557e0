// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How one process says it is. It says so when something changes and at an interval in between; a
 * tombstone when it ends in order.
 *
 * @param instance tells it apart from others: its machine, state folder and roles
 * @param roles that it runs
 * @param at when it said so, by its own clock
 * @param troubles what keeps its roles from going on, none where all is well
 */
public record HealthRecord(
    String instance, List<String> roles, Instant at, List<Trouble> troubles) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

  public HealthRecord {
    roles = List.copyOf(roles);
    troubles = List.copyOf(troubles);
  }

  /**
   * What is wrong.
   *
   * @param part of the process: {@code capture}, {@code aggregate <rollup>}, {@code sink <rollup>}
   *     or {@code cache}
   * @param since when without a break
   */
  public record Trouble(String part, String what, Instant since) {}

  /** Key bytes. */
  public byte[] key() {
    return instance.getBytes(StandardCharsets.UTF_8);
  }

  /** Value bytes. */
  public byte[] value() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("instance", instance);
    root.set("roles", JSON.valueToTree(roles));
    root.put("at", at.toString());
    ArrayNode all = root.putArray("troubles");
    for (Trouble each : troubles) {
      all.addObject()
          .put("part", each.part)
          .put("what", each.what)
          .put("since", each.since.toString());
    }
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest of each process. */
  public static List<HealthRecord> load(Topics topics, Map<String, String> kafka) {
    List<HealthRecord> all = new ArrayList<>();
    Map<String, Object> settings = Map.copyOf(kafka);
    for (ConsumerRecord<byte[], byte[]> each :
        NewestRecords.read(settings, topics.health()).values()) {
      all.add(read(each.value()));
    }
    return all;
  }

  private static HealthRecord read(byte[] value) {
    try {
      JsonNode root = JSON.readTree(value);
      List<Trouble> troubles = new ArrayList<>();
      for (JsonNode each : root.required("troubles")) {
        troubles.add(
            new Trouble(
                each.required("part").textValue(),
                each.required("what").textValue(),
                Instant.parse(each.required("since").textValue())));
      }
      return new HealthRecord(
          root.required("instance").textValue(),
          JSON.convertValue(root.required("roles"), TEXTS),
          Instant.parse(root.required("at").textValue()),
          troubles);
    } catch (IOException e) {
      throw new UncheckedIOException("A health record that is no JSON", e);
    }
  }
}
