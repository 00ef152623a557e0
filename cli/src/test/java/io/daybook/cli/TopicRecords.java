// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.daybook.cli.installation.Installation;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Holds every record of the rollup topics against the JSON Schemas that are the contract. */
final class TopicRecords {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCHEMAS = Path.of("..", "schemas");

  private TopicRecords() {}

  /** Reads the topics of all installed rollups from the beginning. */
  static void assertValid(Installation installation) throws IOException {
    List<Topic> topics =
        installation.installed().stream()
            .map(each -> installation.topics().rollup(each.name(), each.generation()))
            .toList();
    assertValid(installation.config().kafka(), topics);
  }

  /** Reads rollup topics from the beginning. */
  static void assertValid(Map<String, String> kafka, List<Topic> topics) throws IOException {
    JsonNode rollup = JSON.readTree(SCHEMAS.resolve("rollup-record.schema.json").toFile());
    JsonNode control = JSON.readTree(SCHEMAS.resolve("control-record.schema.json").toFile());
    JsonSchema key = definition(rollup, "key");
    JsonSchema value = definition(rollup, "value");
    JsonSchema watermark = definition(control, "watermark");
    long records = 0;
    for (Topic topic : topics) {
      for (ConsumerRecord<byte[], byte[]> record : read(kafka, topic)) {
        records++;
        if (ControlRecord.isWatermark(record.key())) {
          assertMatches(watermark, record.value());
        } else {
          assertMatches(key, record.key());
          if (record.value() != null) {
            assertMatches(value, record.value());
          }
        }
      }
    }
    assertTrue(records > 0, "the rollup topics are empty");
  }

  private static JsonSchema definition(JsonNode schema, String name) {
    JsonNode reference =
        JSON.createObjectNode()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("$ref", "#/$defs/" + name)
            .set("$defs", schema.get("$defs"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(reference);
  }

  private static void assertMatches(JsonSchema schema, byte[] json) throws IOException {
    assertEquals(Set.of(), schema.validate(JSON.readTree(json)), () -> new String(json));
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(Map<String, String> kafka, Topic topic) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("isolation.level", "read_committed");
    List<TopicPartition> partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(number -> new TopicPartition(topic.name(), number))
            .toList();
    List<ConsumerRecord<byte[], byte[]>> records = new java.util.ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }
}
