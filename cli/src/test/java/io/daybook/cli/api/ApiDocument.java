// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The document that the API serves, and whether answers are as it says. */
final class ApiDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;
  private final JsonSchemaFactory schemas =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  ApiDocument(String yaml) throws IOException {
    this.root = new YAMLMapper().readTree(yaml);
    assertEquals("3.1.0", root.get("openapi").asText());
  }

  /** An operation that it describes. */
  record Operation(String path, String method, JsonNode description) {}

  List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    root.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            all.add(
                                new Operation(path.getKey(), method.getKey(), method.getValue()))));
    return all;
  }

  /** Its parameters, each in full. */
  List<JsonNode> parameters(Operation operation) {
    List<JsonNode> all = new ArrayList<>();
    operation.description().path("parameters").forEach(each -> all.add(resolved(each)));
    return all;
  }

  /** Fails where a response is not one that the operation is said to have. */
  void check(String path, String method, HttpResponse<String> response) throws IOException {
    String what = method + " " + path + " → " + response.statusCode() + " " + response.body();
    JsonNode operation = root.get("paths").get(path).get(method);
    JsonNode said = operation.get("responses").get(Integer.toString(response.statusCode()));
    assertTrue(said != null, () -> "the document knows no such response: " + what);
    JsonNode meant = resolved(said);
    if (meant.has("headers")) {
      meant
          .get("headers")
          .properties()
          .forEach(
              header ->
                  assertTrue(
                      matches(
                          header.getValue().get("schema"),
                          response.headers().firstValue(header.getKey()).orElse(null)),
                      () -> header.getKey() + " of " + what));
    }
    JsonNode content = meant.get("content");
    if (content == null) {
      assertEquals("", response.body(), what);
      return;
    }
    String type = response.headers().firstValue("content-type").orElse("");
    assertTrue(content.has(type), () -> type + " of " + what);
    JsonNode schema = content.get(type).get("schema");
    if (schema != null) {
      assertEquals(Set.of(), problems(schema, JSON.readTree(response.body())), what);
    }
  }

  private boolean matches(JsonNode schema, String header) {
    return header != null && problems(schema, JSON.valueToTree(header)).isEmpty();
  }

  private Set<ValidationMessage> problems(JsonNode schema, JsonNode value) {
    ObjectNode whole = JSON.createObjectNode();
    whole.set("components", root.get("components"));
    whole.putArray("allOf").add(schema);
    return schemas.getSchema(whole).validate(value);
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }
}
