// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Says in a rollup topic, between the cells, that the numbers of a workspace are in doubt: its
 * readers need the live query until a tombstone under the same key says that the doubt is gone. The
 * JSON Schema is {@code schemas/control-record.schema.json}.
 *
 * <p>Key: {@code {"daybook":"degraded","workspace":"w1"}}, the workspace null where all of the
 * rollup is meant. Value: {@code {"degraded":{"rows":2,"reason":"…"}}}.
 *
 * @param rows how many rows, or quarantined events, there are whose contribution is not known
 * @param reason of one of them
 */
public record Degradation(long rows, String reason) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] START =
      "{\"daybook\":\"degraded\",".getBytes(StandardCharsets.US_ASCII);

  /** The key bytes of a workspace, or of the whole rollup for null; always the same bytes. */
  public static byte[] key(String workspace) {
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    key.put("daybook", "degraded");
    key.put("workspace", workspace);
    return bytes(key);
  }

  /** Whether a record with this key is one of these. */
  public static boolean isKey(byte[] key) {
    return key.length > START.length && Arrays.equals(key, 0, START.length, START, 0, START.length);
  }

  /** The workspace that a key names; null for the whole rollup. */
  public static String workspace(byte[] key) {
    return parse(key).required("workspace").textValue();
  }

  /** Value bytes. */
  public byte[] write() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("degraded").put("rows", rows).put("reason", reason);
    return bytes(root);
  }

  /** Of value bytes. */
  public static Degradation read(byte[] value) {
    JsonNode body = parse(value).required("degraded");
    return new Degradation(body.required("rows").longValue(), body.required("reason").textValue());
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode parse(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException("A degradation record that is no JSON", e);
    }
  }
}
