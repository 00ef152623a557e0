// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of what is no row: watermarks in CDC and rollup topics, fences in CDC topics, ends of
 * refreshes in rollup topics. All stand under a constant, non-null key, so that compaction keeps
 * the newest of each and a broker accepts them; their JSON Schema is {@code
 * schemas/control-record.schema.json}.
 */
public final class ControlRecord {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] WATERMARK_KEY = ascii("{\"daybook\":\"watermark\"}");
  private static final byte[] FENCE_KEY = ascii("{\"daybook\":\"fence\"}");
  private static final byte[] REFRESHED_KEY = ascii("{\"daybook\":\"refreshed\"}");

  private ControlRecord() {}

  public static byte[] watermarkKey() {
    return WATERMARK_KEY.clone();
  }

  public static byte[] fenceKey() {
    return FENCE_KEY.clone();
  }

  public static byte[] refreshedKey() {
    return REFRESHED_KEY.clone();
  }

  public static boolean isRefreshed(byte[] key) {
    return Arrays.equals(key, REFRESHED_KEY);
  }

  public static boolean isWatermark(byte[] key) {
    return Arrays.equals(key, WATERMARK_KEY);
  }

  public static boolean isFence(byte[] key) {
    return Arrays.equals(key, FENCE_KEY);
  }

  /** {@code {"watermark":{"epoch":1,"lsn":"0/16B3748","time":"2026-01-31T10:00:00.123456Z"}}}. */
  public static byte[] write(Watermark watermark) {
    return wrap("watermark", body(watermark));
  }

  /**
   * The same with {@code "records":123,"countedFrom":1,"load":2} behind it, as a CDC topic has it.
   *
   * @param account null where its writer does not count
   * @param load the last one of the table that is complete in this epoch, 0 for none
   */
  public static byte[] write(Watermark watermark, Account account, int load) {
    ObjectNode body = body(watermark);
    if (account != null) {
      body.put("records", account.records());
      body.put("countedFrom", account.countedFrom());
    }
    if (load > 0) {
      body.put("load", load);
    }
    return wrap("watermark", body);
  }

  /** The last load of the table that is complete before a watermark, 0 for none. */
  public static int readLoad(byte[] value) {
    return unwrap(value, "watermark").path("load").asInt(0);
  }

  private static ObjectNode body(Watermark watermark) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("epoch", watermark.epoch());
    body.put("lsn", watermark.commitLsn().toString());
    body.put("time", watermark.commitTime().toString());
    return body;
  }

  /** {@code {"fence":{"kind":"truncate","epoch":1}}} or {@code "kind":"snapshot-end"}. */
  public static byte[] write(Fence fence) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("kind", fence instanceof Fence.Truncate ? "truncate" : "snapshot-end");
    body.put("epoch", fence.epoch());
    return wrap("fence", body);
  }

  /**
   * {@code {"refreshed":{"id":7,"complete":true}}}: all rows that this refresh concerns stand
   * before it, where it is complete.
   */
  public static byte[] writeRefreshed(long id, boolean complete) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", id);
    body.put("complete", complete);
    return wrap("refreshed", body);
  }

  public static long readRefreshed(byte[] value) {
    return unwrap(value, "refreshed").required("id").longValue();
  }

  public static boolean readComplete(byte[] value) {
    return unwrap(value, "refreshed").required("complete").booleanValue();
  }

  public static Watermark readWatermark(byte[] value) {
    JsonNode body = unwrap(value, "watermark");
    return new Watermark(
        body.required("epoch").intValue(),
        Lsn.parse(body.required("lsn").textValue()),
        Instant.parse(body.required("time").textValue()));
  }

  /** The account that a watermark carries; none where its writer does not count. */
  public static Optional<Account> readAccount(byte[] value) {
    JsonNode body = unwrap(value, "watermark");
    return body.has("records") && body.has("countedFrom")
        ? Optional.of(
            new Account(body.get("countedFrom").intValue(), body.get("records").longValue()))
        : Optional.empty();
  }

  public static Fence readFence(byte[] value) {
    JsonNode body = unwrap(value, "fence");
    int epoch = body.required("epoch").intValue();
    String kind = body.required("kind").textValue();
    return switch (kind) {
      case "truncate" -> new Fence.Truncate(epoch);
      case "snapshot-end" -> new Fence.SnapshotEnd(epoch);
      default ->
          throw new IllegalArgumentException(
              "Fence of kind '" + kind + "': known are truncate and snapshot-end");
    };
  }

  private static byte[] wrap(String kind, ObjectNode body) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set(kind, body);
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode unwrap(byte[] value, String kind) {
    try {
      return JSON.readTree(value).required(kind);
    } catch (IOException e) {
      throw new UncheckedIOException("A " + kind + " record that is no JSON", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
