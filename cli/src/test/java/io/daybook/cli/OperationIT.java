// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.dev.DevTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs ask for over HTTP is done by the processes that run, once for each key. */
class OperationIT {
  private static final String ROWS = "daybook.trips_daily_rows_g";

  @TempDir Path folder;
  private final DevTokens tokens = new DevTokens();
  private final HttpClient client = HttpClient.newHttpClient();
  private TripSite site;

  @BeforeEach
  void start() throws Exception {
    site =
        TripSite.start(
            folder,
            "http: {listen: \"127.0.0.1:0\", auth: {secret: \"%s\"}}".formatted(tokens.secret()));
  }

  @AfterEach
  void stop() {
    if (site != null) {
      site.close();
    }
  }

  private HttpResponse<String> send(
      String method, String path, String key, String body, boolean operator) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + site.rig().apiPort() + "/api/ops/" + path))
            .header("Authorization", "Bearer " + tokens.issue("cron", List.of(), operator))
            .timeout(Duration.ofSeconds(90))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode done(String kind, String key, String body) throws Exception {
    HttpResponse<String> response = send("POST", kind + "?wait=60", key, body, true);
    for (int asked = 0; response.statusCode() == 202 && asked < 3; asked++) {
      response = send("GET", key + "?wait=60", null, "", true);
    }
    assertEquals(200, response.statusCode(), response.body());
    JsonNode operation = json(response);
    assertEquals("done", operation.get("state").asText(), response.body());
    assertEquals("cron", operation.get("asked_by").asText());
    return operation;
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }

  @Test
  void eachIsDoneOnceForItsKey() throws Exception {
    JsonNode verified = done("verify", "night-1", "");
    assertEquals("equal", verified.at("/result/verdict").asText());
    assertEquals(verified, done("verify", "night-1", "{}"), "the first result");
    assertEquals(verified, json(send("GET", "night-1", null, "", true)));

    site.execute("UPDATE " + ROWS + "1 SET trips = trips + 1 WHERE workspace_id = 'red'");
    assertEquals("drift", done("verify", "night-2", "").at("/result/verdict").asText());
    JsonNode refreshed =
        done("refresh", "mend", "{\"rollups\": [\"trips_daily\"], \"workspaces\": [\"red\"]}");
    assertEquals(0, refreshed.at("/result/rowsRemoved").asInt(), refreshed::toString);
    site.assertEqual();

    site.execute("DELETE FROM " + ROWS + "1 WHERE day = '2026-01-05'");
    JsonNode scheduled = done("schedule", "tick", "");
    assertTrue(scheduled.get("result").has("differences"), scheduled::toString);

    JsonNode computed = done("recompute", "anew", "{\"rollups\": [\"trips_daily\"]}");
    assertEquals(2, computed.at("/result/generations/0/generation").asInt());
    assertEquals(2, site.generation());
    site.assertEqual();
    assertEquals("5", site.query("SELECT count(*) FROM daybook.operation"));
  }

  @Test
  void whatCannotBeAskedForIsSaid() throws Exception {
    assertError(400, "MISSING_KEY", send("POST", "verify", null, "", true));
    assertError(403, "FORBIDDEN", send("POST", "verify", "a", "", false));
    assertError(403, "FORBIDDEN", send("GET", "a", null, "", false));
    assertError(404, "NOT_FOUND", send("POST", "destroy", "a", "", true));
    assertError(404, "NOT_FOUND", send("GET", "a", null, "", true));
    assertError(405, "METHOD_NOT_ALLOWED", send("DELETE", "a", null, "", true));
    assertError(413, "TOO_LARGE", send("POST", "verify", "a", " ".repeat(70_000), true));
    for (String body :
        List.of(
            "{",
            "[]",
            "null",
            "{\"rollup\": \"trips_daily\"}",
            "{\"rollups\": [null]}",
            "{\"workspaces\": [\"red\"]}",
            "{\"from\": \"yesterday\"}")) {
      assertError(400, "BAD_BODY", send("POST", "verify", "a", body, true));
    }
    assertError(400, "BAD_BODY", send("POST", "refresh", "a", "{}", true));
    assertError(
        400, "UNKNOWN_ROLLUP", send("POST", "verify", "a", "{\"rollups\": [\"nope\"]}", true));
    assertError(400, "BAD_PARAMETER", send("POST", "verify?wait=61", "a", "", true));
    assertEquals(202, send("POST", "verify", "a", "", true).statusCode());
    assertError(409, "KEY_REUSED", send("POST", "schedule", "a", "", true));
    assertEquals("1", site.query("SELECT count(*) FROM daybook.operation"));
  }

  private static void assertError(int status, String code, HttpResponse<String> response)
      throws Exception {
    assertEquals(
        status + " " + code,
        response.statusCode() + " " + json(response).get("error").asText(),
        response.body());
  }
}
