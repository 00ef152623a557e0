// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.daybook.pipeline.capture.CaptureState.SnapshotOwed;
import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SortedMap;

/** The JSON of {@link CaptureState} in the state topic, under one constant key. */
final class CaptureStateRecord {
  static final byte[] KEY = "{\"daybook\":\"capture\"}".getBytes(StandardCharsets.US_ASCII);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<SortedMap<String, SortedMap<String, String>>> TABLES =
      new TypeReference<>() {};
  private static final TypeReference<SortedMap<String, Accounts.OfTopic>> ACCOUNTS =
      new TypeReference<>() {};

  private CaptureStateRecord() {}

  static byte[] write(CaptureState state) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("epoch", state.epoch());
    if (state instanceof Streaming streaming) {
      root.put("phase", "streaming");
      root.put("slot", streaming.slot());
      root.put("system", streaming.identity().system());
      root.put("timeline", streaming.identity().timeline());
      root.set("resume", resume(streaming.resume()));
      if (streaming.watermark() != null) {
        ObjectNode watermark = root.putObject("watermark");
        watermark.put("lsn", streaming.watermark().commitLsn().toString());
        watermark.put("time", streaming.watermark().commitTime().toString());
      }
      if (!streaming.awaited().equals(Lsn.ZERO)) {
        root.put("awaited", streaming.awaited().toString());
      }
      root.set("tables", JSON.valueToTree(streaming.tables().columns()));
      if (!streaming.loads().equals(Loads.NONE)) {
        root.set("loads", JSON.valueToTree(streaming.loads()));
      }
      if (streaming.shapes() != null) {
        root.set("shapes", shapes(streaming.shapes()));
      }
    } else {
      root.put("phase", "snapshot-owed");
    }
    root.set("accounts", JSON.valueToTree(state.accounts().topics()));
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  static CaptureState read(byte[] value) {
    try {
      JsonNode root = JSON.readTree(value);
      int epoch = root.required("epoch").intValue();
      String phase = root.required("phase").textValue();
      return switch (phase) {
        case "snapshot-owed" -> new SnapshotOwed(epoch, accounts(root));
        case "streaming" -> streaming(epoch, root);
        default ->
            throw new FatalCaptureException(
                "Capture's state has the phase '"
                    + phase
                    + "': known are snapshot-owed and streaming;"
                    + " a newer version may have written it");
      };
    } catch (IOException e) {
      throw new UncheckedIOException("Capture's state is no JSON", e);
    }
  }

  private static Streaming streaming(int epoch, JsonNode root) throws IOException {
    JsonNode watermark = root.path("watermark");
    return new Streaming(
        epoch,
        root.required("slot").textValue(),
        new SourceIdentity(
            root.required("system").textValue(), root.required("timeline").textValue()),
        new CapturedTables(JSON.treeToValue(root.required("tables"), TABLES)),
        root.has("shapes") ? shapes(root.get("shapes")) : null,
        resume(root.required("resume")),
        watermark.isMissingNode()
            ? null
            : new Watermark(
                epoch,
                Lsn.parse(watermark.required("lsn").textValue()),
                Instant.parse(watermark.required("time").textValue())),
        accounts(root),
        root.has("loads") ? JSON.treeToValue(root.get("loads"), Loads.class) : Loads.NONE,
        root.has("awaited") ? Lsn.parse(root.get("awaited").textValue()) : Lsn.ZERO);
  }

  /** A state of a version that did not count has none. */
  private static Accounts accounts(JsonNode root) throws IOException {
    return root.has("accounts")
        ? new Accounts(JSON.treeToValue(root.get("accounts"), ACCOUNTS))
        : Accounts.NONE;
  }

  private static ObjectNode shapes(SourceShapes shapes) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("scope", shapes.scope());
    node.put("fixed", shapes.fixed());
    node.put("judged", shapes.judged());
    node.set("parts", JSON.valueToTree(shapes.parts()));
    return node;
  }

  private static SourceShapes shapes(JsonNode node) throws IOException {
    return new SourceShapes(
        node.required("scope").textValue(),
        node.required("fixed").textValue(),
        node.required("judged").textValue(),
        JSON.treeToValue(node.required("parts"), TABLES));
  }

  private static ObjectNode resume(ResumePoint point) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("start", point.start().toString());
    node.put("transaction", point.transaction());
    node.put("events", point.events());
    node.put("lastChange", point.lastChange().toString());
    return node;
  }

  private static ResumePoint resume(JsonNode node) {
    return new ResumePoint(
        Lsn.parse(node.required("start").textValue()),
        node.required("transaction").longValue(),
        node.required("events").longValue(),
        Lsn.parse(node.required("lastChange").textValue()));
  }
}
