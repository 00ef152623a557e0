// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import static io.daybook.cli.api.ApiRig.header;
import static io.daybook.cli.api.ApiRig.json;
import static io.daybook.cli.api.ApiRig.rollup;
import static io.daybook.cli.api.ApiRig.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.cli.Await;
import io.daybook.cli.ServeFixture;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSwitch;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP API on a real Postgres and a real Redis. */
class ApiIT {
  private static final String SHOP = "shop_daily";
  private static final String[] JANUARY = {
    "workspace", "7", "from", "2026-01-01", "to", "2026-01-31"
  };
  private static final String IN_JANUARY = "('7', '2026-01-01', '2026-01-31')";

  private static ServeFixture fixture;

  @TempDir private Path folder;
  private ApiRig api;
  private ApiDocument document;

  @BeforeAll
  static void start() throws IOException, SQLException {
    fixture = ServeFixture.start();
  }

  @AfterAll
  static void stop() throws IOException {
    fixture.close();
  }

  @BeforeEach
  void install() throws Exception {
    fixture.install();
    api =
        new ApiRig(folder, fixture.database(), fixture.database(), Duration.ofSeconds(60), 2, true);
    document = new ApiDocument(api.send("GET", "/openapi.yaml", Map.of()).body());
  }

  @AfterEach
  void uninstall() throws Exception {
    api.close();
    fixture.uninstall();
  }

  private HttpResponse<String> read(String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of(JANUARY));
    all.addAll(List.of(more));
    HttpResponse<String> response = api.get(rollup(SHOP, all.toArray(String[]::new)));
    document.check("/api/rollups/{rollup}", "get", response);
    return response;
  }

  private static void switchTo(Mode mode) throws SQLException {
    new ModeSwitch(fixture.database()).set(new ModeChange(SHOP, null, mode, "test", null));
  }

  @Test
  void itAnswersWhatTheReadFunctionAnswersAndSaysWhereFrom() throws Exception {
    String columns = "day, from_day, workspace, \"%s\", daybook_source";
    String sql =
        ("SELECT " + columns + " FROM daybook.read_shop_daily" + IN_JANUARY + " ORDER BY 1, 2")
            .formatted(ServeFixture.HOSTILE.replace("\"", "\"\""));
    for (Mode mode : Mode.values()) {
      switchTo(mode);
      String source = mode == Mode.ROLLUP ? "rollup" : "live";
      Await.until(
          Duration.ofSeconds(2),
          mode + " is seen",
          () -> source.equals(header(read(), "x-zrg-read-source")));
      HttpResponse<String> response = read();
      assertEquals(
          fixture.rows(sql).stream().sorted().toList(), rows(response).stream().sorted().toList());
      JsonNode body = json(response);
      assertEquals(source, body.get("served_from").asText());
      assertEquals(
          mode == Mode.ROLLUP ? "running" : "mode is " + mode.text(), body.get("reason").asText());
      assertTrue(body.get("complete").asBoolean());
      assertEquals(1, body.get("generation").asInt());
      assertEquals("2", body.at("/rows/1/workspace").toString(), "a number");
    }
  }

  @Test
  void anEmptyAnswerSaysWhereItComesFromToo() throws Exception {
    HttpResponse<String> none =
        api.get(rollup(SHOP, "workspace", "nobody", "from", "2026-01-01", "to", "2026-01-01"));
    document.check("/api/rollups/{rollup}", "get", none);
    assertEquals(List.of(), rows(none));
    assertEquals("rollup", json(none).get("served_from").asText());
    String total =
        rollup(
            SHOP,
            "workspace",
            "nobody",
            "from",
            "2026-01-01",
            "to",
            "2026-01-01",
            "group",
            "total");
    assertEquals(List.of(), rows(api.get(total)));
    HttpResponse<String> hostile =
        api.get(
            rollup(
                ServeFixture.DESKS.name(),
                "workspace",
                "aaaaaaaa-0000-0000-0000-000000000001",
                "from",
                "2026-01-01",
                "to",
                "2026-01-02"));
    assertEquals(List.of("2026-01-01|null|1", "2026-01-01|bug|1"), rows(hostile));
  }

  @Test
  void daysAreAddedUpAsPostgresAddsThem() throws Exception {
    for (Mode mode : List.of(Mode.ROLLUP, Mode.LIVE)) {
      switchTo(mode);
      for (String group : List.of("week", "month")) {
        assertEquals(
            fixture.rows(
                "SELECT date_trunc('%s', day)::date, from_day, sum(workspace), sum(daybook_source)"
                        .formatted(group)
                    + " FROM daybook.read_shop_daily"
                    + IN_JANUARY
                    + " GROUP BY 1, 2 ORDER BY 1, 2 NULLS FIRST"),
            rows(read("group", group, "measures", "daybook_source,workspace")));
      }
      assertEquals(
          fixture.rows(
              "SELECT from_day, sum(workspace) FROM daybook.read_shop_daily"
                  + IN_JANUARY
                  + " GROUP BY 1 ORDER BY 1 NULLS FIRST"),
          rows(read("group", "total", "measures", "workspace")));
      assertEquals(
          fixture.rows(
              "SELECT day, sum(workspace) FROM daybook.read_shop_daily"
                  + IN_JANUARY
                  + " GROUP BY 1 ORDER BY 1"),
          rows(read("dimensions", "", "measures", "workspace")));
      assertEquals(
          fixture.rows("SELECT sum(workspace) FROM daybook.read_shop_daily" + IN_JANUARY),
          rows(read("group", "total", "dimensions", "", "measures", "workspace")));
    }
  }

  /** A byte at a time, for longer than anybody needs. */
  @Test
  void aClientThatNeverEndsItsRequestIsLeft() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", api.server.port())) {
      socket.setSoTimeout(200);
      socket.getOutputStream().write("GET /openapi.yaml HTTP/1.1\r\nHost: x\r\nX: ".getBytes());
      Await.until(
          Duration.ofSeconds(10),
          "the end of the connection",
          () -> {
            try {
              socket.getOutputStream().write('x');
              return socket.getInputStream().read() < 0;
            } catch (SocketTimeoutException e) {
              return false;
            } catch (IOException e) {
              return true;
            }
          });
    }
    assertEquals(200, read().statusCode());
  }

  @Test
  void badRequestsGetWhatIsWrongWithThem() throws Exception {
    String good = rollup(SHOP, JANUARY);
    Map<String, String> bad = new java.util.LinkedHashMap<>();
    bad.put(rollup(SHOP), "400 MISSING_PARAMETER");
    bad.put(rollup(SHOP, "from", "2026-01-01", "to", "2026-01-01"), "400 MISSING_PARAMETER");
    bad.put(rollup(SHOP, "workspace", "7", "to", "2026-01-01"), "400 MISSING_PARAMETER");
    bad.put(rollup(SHOP, "workspace", "7", "from", "2026-01-01"), "400 MISSING_PARAMETER");
    bad.put(good + "&group=", "400 EMPTY_PARAMETER");
    bad.put(good + "&group=hour", "400 BAD_GROUP");
    bad.put(good + "&measures=nope", "400 UNKNOWN_MEASURE");
    bad.put(good + "&measures=workspace,", "400 UNKNOWN_MEASURE");
    bad.put(good + "&dimensions=color", "400 UNKNOWN_DIMENSION");
    bad.put(good + "&limit=3", "400 UNKNOWN_PARAMETER");
    bad.put(good + "&from=2026-01-02", "400 REPEATED_PARAMETER");
    for (String day : List.of("yesterday", "2026-1-1", "2026-02-30", "infinity", "0000-01-01")) {
      bad.put(rollup(SHOP, "workspace", "7", "from", day, "to", "2026-01-31"), "400 BAD_DATE");
    }
    bad.put(
        rollup(SHOP, "workspace", "7", "from", "2026-01-02", "to", "2026-01-01"), "400 BAD_RANGE");
    bad.put(
        rollup(SHOP, "workspace", "7", "from", "2026-01-01", "to", "2026-12-31"),
        "400 TOO_MANY_DAYS");
    bad.put(
        rollup(SHOP, "workspace", "a\0b", "from", "2026-01-01", "to", "2026-01-01"),
        "400 BAD_PARAMETER");
    bad.put(
        rollup(SHOP, "workspace", "x".repeat(1001), "from", "2026-01-01", "to", "2026-01-01"),
        "400 PARAMETER_TOO_LONG");
    bad.put(rollup("nope", JANUARY), "404 NOT_FOUND");
    bad.put("/api/rollups/shop_daily/more", "404 NOT_FOUND");
    bad.put("/api/rollups?all=yes", "400 UNKNOWN_PARAMETER");
    bad.put("/api/nothing", "404 NOT_FOUND");
    bad.put("/", "404 NOT_FOUND");
    for (Map.Entry<String, String> each : bad.entrySet()) {
      HttpResponse<String> response = api.get(each.getKey());
      JsonNode body = json(response);
      assertEquals(
          each.getValue(),
          response.statusCode() + " " + body.get("error").asText(),
          each.getKey() + " " + response.body());
      assertEquals(false, body.get("success").asBoolean());
      assertTrue(!body.get("message").asText().isBlank(), each.getKey());
      assertEquals("no-store", header(response, "cache-control"));
      assertTrue(header(response, "x-request-id") != null);
    }
    for (String method : List.of("POST", "PUT", "DELETE")) {
      HttpResponse<String> response =
          api.send(
              method,
              good,
              Map.of("Authorization", "Bearer " + api.tokens.issue("x", List.of("*"), false)));
      assertEquals(405, response.statusCode());
      assertEquals("GET", header(response, "allow"));
    }
    assertEquals(200, api.get(good).statusCode());
  }

  @Test
  void aRequestKeepsItsIdAndAnAnswerThatTheCallerHasIsNotSentAgain() throws Exception {
    api.vouch(Map.of("7", 1L));
    String token = "Bearer " + api.tokens.issue("x", List.of("7"), false);
    HttpResponse<String> first =
        api.send(
            "GET",
            rollup(SHOP, JANUARY),
            Map.of("Authorization", token, "x-request-id", "trace-17.a_b"));
    assertEquals("trace-17.a_b", header(first, "x-request-id"));
    assertEquals("private, no-cache", header(first, "cache-control"));
    HttpResponse<String> again =
        api.send(
            "GET",
            rollup(SHOP, JANUARY),
            Map.of(
                "Authorization",
                token,
                "If-None-Match",
                header(first, "etag"),
                "x-request-id",
                "no good <id>"));
    document.check("/api/rollups/{rollup}", "get", again);
    assertEquals(304, again.statusCode());
    assertNotEquals("no good <id>", header(again, "x-request-id"));
  }

  @Test
  void anAnswerIsKeptUntilTheVersionGrowsOrTheSwitchTurns() throws Exception {
    assertEquals("miss", header(read(), "x-zrg-cache"), "there is no version");
    assertEquals("miss", header(read(), "x-zrg-cache"), "so nothing is kept");
    api.vouch(Map.of("7", 4L));
    HttpResponse<String> first = read();
    assertEquals("miss", header(first, "x-zrg-cache"));
    fixture.run("DELETE FROM daybook.shop_daily_rows WHERE workspace_id = '7'");
    HttpResponse<String> kept = read();
    assertEquals("hit", header(kept, "x-zrg-cache"));
    assertEquals(first.body(), kept.body());
    try (var redis = api.jedis()) {
      List<String> keys = redis.keys("analytics:v1:*").stream().sorted().toList();
      assertEquals(2, keys.size(), keys::toString);
      assertTrue(keys.get(0).matches("analytics:v1:tester:7:rollups:.*:v4:c\\d+"), keys::toString);
      redis.incr(ApiRig.VERSION + "7");
    }
    assertEquals(List.of(), rows(read()));
    assertEquals("hit", header(read(), "x-zrg-cache"));

    switchTo(Mode.LIVE);
    Await.until(Duration.ofSeconds(1), "the switch is seen", () -> rows(read()).size() == 4);
    assertEquals("miss", header(read(), "x-zrg-cache"), "what is live is never kept");
    switchTo(Mode.ROLLUP);
    Await.until(Duration.ofSeconds(1), "the switch is seen", () -> rows(read()).isEmpty());
  }

  @Test
  void whatIsKeptIsGivenNoLongerThanTheLimitAndNobodyGoesBack() throws Exception {
    api.vouch(Map.of("7", 1L));
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "57 s");
    read();
    assertEquals("hit", header(read(), "x-zrg-cache"));
    Await.until(
        Duration.ofSeconds(5),
        "the limit of a minute is past",
        () -> json(read()).get("served_from").asText().equals("live"));
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "10 s");
    String newer = json(read()).get("complete_through").asText();
    assertEquals(newer, json(read()).get("complete_through").asText());
    assertEquals("hit", header(read(), "x-zrg-cache"));

    api.redis.stop();
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "5 s");
    String newest = json(read()).get("complete_through").asText();
    assertTrue(newest.compareTo(newer) > 0, newest + " after " + newer);
    api.redis.start();
    api.vouch(Map.of("7", 1L));
    Await.until(
        Duration.ofSeconds(5),
        "Redis is used again",
        () -> {
          String now = json(read()).get("complete_through").asText();
          assertTrue(now.compareTo(newest) >= 0, now + " after " + newest);
          return "hit".equals(header(read(), "x-zrg-cache"));
        });
  }

  @Test
  void withoutRedisOrWithoutWhatItHeldEveryAnswerIsComputed() throws Exception {
    api.vouch(Map.of("7", 1L));
    List<String> rows = rows(read());
    read();
    try (var redis = api.jedis()) {
      redis.flushAll();
    }
    assertEquals(rows, rows(read()));
    assertEquals("miss", header(read(), "x-zrg-cache"));
    api.redis.stop();
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> response = read();
      assertEquals(200, response.statusCode());
      assertEquals(rows, rows(response));
    }
    System.out.printf(
        "20 answers without Redis took %d ms%n", (System.nanoTime() - start) / 1_000_000);
  }

  @Test
  void whoAskTheSameAtOnceAreGivenOneAnswer() throws Exception {
    api.vouch(Map.of("7", 1L));
    read();
    try (var redis = api.jedis()) {
      redis.incr(ApiRig.VERSION + "7");
    }
    ExecutorService readers = Executors.newFixedThreadPool(8);
    try {
      final long before = api.connections.get();
      final long evals = evals();
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      api.gate.lock();
      try {
        for (int i = 0; i < 8; i++) {
          all.add(CompletableFuture.supplyAsync(() -> readUnchecked(), readers));
        }
        Await.until(Duration.ofSeconds(9), "all have looked at Redis", () -> evals() >= evals + 8);
      } finally {
        api.gate.unlock();
      }
      for (CompletableFuture<HttpResponse<String>> each : all) {
        assertEquals(all.get(0).get().body(), each.get().body());
      }
      long taken = api.connections.get() - before;
      assertTrue(taken < 8, taken + " connections for 8 readers");
    } finally {
      readers.shutdownNow();
    }
  }

  /** How many scripts Redis has run. */
  private long evals() {
    try (var redis = api.jedis()) {
      return redis
          .info("commandstats")
          .lines()
          .filter(line -> line.startsWith("cmdstat_eval:calls="))
          .mapToLong(line -> Long.parseLong(line.replaceAll("cmdstat_eval:calls=(\\d+),.*", "$1")))
          .sum();
    }
  }

  private HttpResponse<String> readUnchecked(String... more) {
    try {
      return read(more);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBusySourceIsSparedAndTheRollupIsNot() throws Exception {
    switchTo(Mode.LIVE);
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try (Connection connection = fixture.database().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK shop.visit IN ACCESS EXCLUSIVE MODE");
      List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
      for (String group : List.of("week", "month")) {
        slow.add(CompletableFuture.supplyAsync(() -> readUnchecked("group", group), readers));
      }
      Await.until(
          Duration.ofSeconds(2),
          "both wait",
          () ->
              fixture.rows("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'").size()
                  == 2);
      HttpResponse<String> third = read();
      assertEquals(503, third.statusCode());
      assertEquals("BUSY", json(third).get("error").asText());
      assertEquals("1", header(third, "retry-after"));
      assertEquals(
          200,
          api.get(
                  rollup(
                      ServeFixture.DESKS.name(),
                      "workspace",
                      "x",
                      "from",
                      "2026-01-01",
                      "to",
                      "2026-01-01"))
              .statusCode());
      for (CompletableFuture<HttpResponse<String>> each : slow) {
        assertEquals("TIMEOUT", json(each.get()).get("error").asText());
      }
      connection.rollback();
    } finally {
      readers.shutdownNow();
    }
    assertEquals(200, read().statusCode());
  }

  @Test
  void aStaleRollupIsWhatItIsSetTo() throws Exception {
    fixture.completeThrough(ServeFixture.FAR_AHEAD, "61 s");
    fixture.run("UPDATE daybook.setting SET on_stale = 'rollup'");
    JsonNode body = json(read());
    assertEquals("rollup", body.get("served_from").asText());
    assertEquals("stale", body.get("reason").asText());
    assertEquals(false, body.get("complete").asBoolean());
    assertEquals(body.get("complete_through"), body.get("as_of"));
    fixture.run("UPDATE daybook.setting SET on_stale = 'error'");
    HttpResponse<String> error = read();
    assertEquals(503, error.statusCode());
    assertEquals("STALE", json(error).get("error").asText());
  }

  @Test
  void inShadowTheLiveAnswerIsComparedWithTheRollup() throws Exception {
    switchTo(Mode.SHADOW);
    fixture.run("UPDATE daybook.shop_daily_rows SET workspace = 5 WHERE day = '2026-01-03'");
    HttpResponse<String> response = read();
    assertEquals("live", json(response).get("served_from").asText());
    Await.until(Duration.ofSeconds(20), "a comparison", () -> !compared().isEmpty());
    String found = compared().get(0);
    assertTrue(
        found.startsWith("1|4|t|differences: 1, the first in {workspace_id=7, day=2026-01-03"),
        found);
    assertTrue(found.endsWith("workspace: rollup 5, live 1"), found);

    fixture.run(
        "DELETE FROM daybook.shadow;"
            + " UPDATE daybook.shop_daily_rows SET workspace = 1 WHERE day = '2026-01-03'");
    read();
    Await.until(
        Duration.ofSeconds(5), "a comparison", () -> compared().equals(List.of("0|4|t|null")));
  }

  private static List<String> compared() throws SQLException {
    return fixture.rows(
        "SELECT mismatches, rows, live_ms > 0 AND rollup_ms > 0, finding FROM daybook.shadow");
  }

  @Test
  void readsCanBeSwitchedOffAndADatabaseThatIsAwayIsSaid() throws Exception {
    try (ApiRig off =
        new ApiRig(
            folder.resolve("off"),
            fixture.database(),
            fixture.database(),
            Duration.ZERO,
            1,
            false)) {
      HttpResponse<String> response = off.get(rollup(SHOP, JANUARY));
      assertEquals(503, response.statusCode());
      assertEquals("READ_API_DISABLED", json(response).get("error").asText());
    }
    fixture.run("ALTER FUNCTION daybook.read_shop_daily RENAME TO gone");
    HttpResponse<String> away = read();
    assertEquals(503, away.statusCode());
    assertEquals("DATABASE_UNAVAILABLE", json(away).get("error").asText());
    assertTrue(!away.body().contains("read_shop_daily"), "what Postgres says is for the log");
  }
}
