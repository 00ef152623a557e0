// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.daybook.serve.composition.Composition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;

/**
 * The OpenAPI document: what every installation has, and the pages that users have put together.
 */
final class Document {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final List<Integer> ERRORS = List.of(400, 401, 403, 500, 503);

  private Document() {}

  static byte[] of(Collection<Composition> pages) {
    try (InputStream common = Document.class.getResourceAsStream("openapi.yaml")) {
      ObjectNode document = (ObjectNode) YAML.readTree(common);
      ObjectNode paths = (ObjectNode) document.get("paths");
      pages.forEach(each -> describe(paths.putObject("/api/" + each.path()), each));
      return YAML.writeValueAsBytes(document);
    } catch (IOException e) {
      throw new UncheckedIOException("the document is a part of this program", e);
    }
  }

  private static void describe(ObjectNode path, Composition page) {
    ObjectNode get = path.putObject("get");
    get.put("operationId", page.path().replace('/', '-'));
    get.put("summary", "Numbers of " + String.join(", ", page.rollups()));
    ArrayNode parameters = get.putArray("parameters");
    ObjectNode workspace = parameters.addObject();
    workspace.put("name", page.workspaceParameter()).put("in", "query").put("required", true);
    workspace.putObject("schema").put("type", "string").put("minLength", 1).put("maxLength", 1_000);
    for (String each : List.of("from", "to", "ifNoneMatch", "requestId")) {
      parameters.addObject().put("$ref", "#/components/parameters/" + each);
    }
    ObjectNode parts = parameters.addObject();
    parts.put("name", "parts").put("in", "query");
    parts.put(
        "description",
        "Some of %s, with commas between; all by default."
            .formatted(String.join(", ", page.parts().keySet())));
    parts.putObject("schema").put("type", "string");
    ObjectNode responses = get.putObject("responses");
    responses.putObject("200").put("$ref", "#/components/responses/Page");
    responses.putObject("304").put("$ref", "#/components/responses/NotModified");
    for (int status : ERRORS) {
      responses.putObject(Integer.toString(status)).put("$ref", "#/components/responses/Error");
    }
  }
}
