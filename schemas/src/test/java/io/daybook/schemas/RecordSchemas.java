// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Holds records against the JSON Schemas of this module, as bytes from a topic. */
public final class RecordSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode rollup;
  private final JsonNode control;
  private final JsonNode change;

  /**
   * Reads the schemas.
   *
   * @param folder that of the module schemas
   */
  public RecordSchemas(Path folder) throws IOException {
    rollup = JSON.readTree(Files.readAllBytes(folder.resolve("rollup-record.schema.json")));
    control = JSON.readTree(Files.readAllBytes(folder.resolve("control-record.schema.json")));
    change = JSON.readTree(Files.readAllBytes(folder.resolve("change-event.schema.json")));
  }

  /** A key of a rollup topic, a watermark's excepted. */
  public void validateKey(byte[] key) {
    validate(rollup, "key", key);
  }

  /** A value of a rollup topic, a watermark's excepted. */
  public void validateValue(byte[] value) {
    validate(rollup, "value", value);
  }

  /** Key and value of a watermark. */
  public void validateWatermark(byte[] key, byte[] value) {
    validate(control, "watermarkKey", key);
    validate(control, "watermark", value);
  }

  /** Key and value of the end of a refresh. */
  public void validateRefreshed(byte[] key, byte[] value) {
    validate(control, "refreshedKey", key);
    validate(control, "refreshed", value);
  }

  /** Key and value of a fence. */
  public void validateFence(byte[] key, byte[] value) {
    validate(control, "fenceKey", key);
    validate(control, "fence", value);
  }

  /** Key and value of a row's change in a CDC topic. */
  public void validateChange(byte[] key, byte[] value) {
    validate(change, "key", key);
    validate(change, "value", value);
  }

  private static void validate(JsonNode schemas, String part, byte[] json) {
    String uri = schemas.required("$id").textValue();
    JsonSchema schema =
        JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder ->
                    builder.schemaLoaders(
                        loaders ->
                            loaders.schemas(id -> id.equals(uri) ? schemas.toString() : null)))
            .getSchema(com.networknt.schema.SchemaLocation.of(uri + "#/$defs/" + part));
    try {
      Set<ValidationMessage> messages = schema.validate(JSON.readTree(json));
      if (!messages.isEmpty()) {
        throw new AssertionError(
            new String(json, java.nio.charset.StandardCharsets.UTF_8)
                + " is no "
                + part
                + " of "
                + uri
                + ": "
                + messages);
      }
    } catch (IOException e) {
      throw new AssertionError("A " + part + " of " + uri + " that is no JSON", e);
    }
  }
}
