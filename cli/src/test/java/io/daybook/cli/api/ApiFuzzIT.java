// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.cli.ServeFixture;
import io.daybook.serve.composition.CompositionReader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that are drawn from what the document says of parameters, good ones and bad ones: each
 * response is one that it says, and none is a 500.
 */
class ApiFuzzIT {
  private static final int REQUESTS = 1_200;

  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "\0",
          "'",
          "\"; DROP TABLE x; --",
          "%",
          "%2",
          "%FF",
          "+",
          "ä€😀",
          "null",
          "-1",
          "1e400",
          "NaN",
          "../..",
          "a/b",
          "x".repeat(2_000),
          "9999-12-31",
          "10000-01-01",
          "-0044-03-15",
          "2026-02-29",
          "infinity",
          "day,week",
          "*");

  private static final String PAGE =
      """
      path: shop/page
      workspace: shopId
      parts:
        core: {orders: {rollup: shop_daily, measure: workspace}}
        rest: {days: {rollup: shop_daily, group: day, measures: {orders: workspace}}}
      """;

  @TempDir private Path folder;
  private Random random;
  private ApiRig api;

  @Test
  void everyResponseIsOneThatTheDocumentSays() throws Exception {
    long seed = Long.getLong("api.seed", System.nanoTime() % 1_000_000);
    System.out.println("api.seed = " + seed);
    random = new Random(seed);
    try (ServeFixture fixture = ServeFixture.start()) {
      fixture.install();
      Files.writeString(folder.resolve("page.yaml"), PAGE);
      try (ApiRig rig =
          new ApiRig(
              folder.resolve("redis"),
              fixture.database(),
              fixture.database(),
              Duration.ofSeconds(60),
              2,
              true,
              null,
              CompositionReader.readAll(folder))) {
        api = rig;
        api.vouch(Map.of("7", 1L, "8", 1L));
        ApiDocument document = new ApiDocument(api.send("GET", "/openapi.yaml", Map.of()).body());
        List<ApiDocument.Operation> operations = document.operations();
        Map<String, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
          ApiDocument.Operation operation = operations.get(random.nextInt(operations.size()));
          HttpResponse<String> response = send(operation, document.parameters(operation));
          String what = operation.method() + " " + operation.path();
          statuses.merge(what + " " + response.statusCode(), 1, Integer::sum);
          document.check(operation.path(), operation.method(), response);
        }
        System.out.println(statuses);
        assertTrue(statuses.keySet().stream().noneMatch(each -> each.endsWith(" 500")));
        for (String seen : List.of("200", "202", "400", "401", "403", "404", "409")) {
          assertTrue(
              statuses.keySet().stream().anyMatch(each -> each.endsWith(" " + seen)),
              () -> seen + " was never drawn: " + statuses);
        }
      }
      fixture.uninstall();
    }
  }

  private HttpResponse<String> send(ApiDocument.Operation operation, List<JsonNode> parameters)
      throws Exception {
    String path = operation.path();
    List<String> query = new ArrayList<>();
    Map<String, String> headers = new TreeMap<>();
    for (JsonNode parameter : parameters) {
      String name = parameter.get("name").asText();
      String value = value(parameter);
      switch (parameter.get("in").asText()) {
        case "path" -> path = path.replace("{" + name + "}", ApiRig.encoded(value));
        case "query" -> {
          boolean leftOut =
              parameter.path("required").asBoolean() ? oneIn(12) : random.nextBoolean();
          if (!leftOut) {
            query.add(name + "=" + (oneIn(15) ? value : ApiRig.encoded(value)));
          }
        }
        default -> {
          if (random.nextBoolean()) {
            headers.put(name, value.replaceAll("[^\\x20-\\x7e]", "?").strip());
          }
        }
      }
    }
    if (oneIn(15)) {
      query.add("surplus=1");
    }
    if (!oneIn(20)) {
      String token = oneIn(20) ? "odd" : api.tokens.issue("fuzz", List.of("*"), oneIn(2));
      headers.put("Authorization", "Bearer " + token);
    }
    String whole = path + (query.isEmpty() ? "" : "?" + String.join("&", query));
    return api.send(
        operation.method().toUpperCase(Locale.ROOT),
        whole.replaceAll("[^\\x21-\\x7e]|[\"<>\\\\^`{|}]|%(?![0-9A-Fa-f]{2})", "_"),
        headers,
        operation.method().equals("post") ? body() : "");
  }

  /** Of an operation: good, of another kind, or none at all. */
  private String body() {
    String odd = ODD.get(random.nextInt(ODD.size())).replaceAll("[\\x00-\\x1f\"\\\\]", "");
    return switch (random.nextInt(8)) {
      case 0 -> "";
      case 1 -> odd;
      case 2 -> "{\"rollups\": [\"" + odd + "\"]}";
      case 3 -> "{\"rollups\": [\"shop_daily\"], \"from\": \"" + odd + "\"}";
      case 4 -> "{\"rollups\": [\"shop_daily\"], \"workspaces\": [\"" + odd + "\"]}";
      case 5 -> "{\"rollups\": [null], \"to\": 7, \"" + odd + "\": {}}";
      case 6 -> "{\"rollups\": [\"shop_daily\"]}";
      default -> "{}";
    };
  }

  /** One that is good, or an odd one. */
  private String value(JsonNode parameter) {
    if (oneIn(5)) {
      return ODD.get(random.nextInt(ODD.size()));
    }
    JsonNode schema = parameter.get("schema");
    if (schema.has("enum")) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size())).asText();
    } else if (schema.path("format").asText().equals("date")) {
      return LocalDate.of(2026, 1, 1).plusDays(random.nextInt(40)).toString();
    }
    return switch (parameter.get("name").asText()) {
      case "wait" -> Integer.toString(random.nextInt(2));
      case "rollup" -> ServeFixture.ROLLUPS.get(random.nextInt(2)).name();
      case "workspace", "shopId" -> Integer.toString(random.nextInt(3) + 6);
      case "Idempotency-Key" -> "id-" + random.nextInt(4);
      case "parts" -> random.nextBoolean() ? "core" : "core,rest";
      case "measures" -> random.nextBoolean() ? "workspace" : "tickets";
      default -> "id-" + random.nextInt(100);
    };
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }
}
