// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.daybook.cli.ServeFixture;
import io.daybook.cli.dev.DevTokens;
import io.daybook.cli.dev.stack.Part;
import io.daybook.cli.dev.stack.SingleServers;
import io.daybook.serve.auth.AuthSettings;
import io.daybook.serve.cache.AnswerCache;
import io.daybook.serve.cache.CacheSettings;
import io.daybook.serve.composition.Composition;
import io.daybook.serve.http.ApiServer;
import io.daybook.serve.http.HttpSettings;
import io.daybook.serve.read.ControlWatch;
import io.daybook.serve.read.Reader;
import io.daybook.serve.shadow.ShadowReads;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verifier;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import redis.clients.jedis.Jedis;

/** The API over two databases and a Redis of a test's own. */
final class ApiRig implements AutoCloseable {
  static final String SENTINEL = "daybook:sentinel:test";
  static final String VERSION = "analytics:v1:ver:";
  static final int DAYS_MAX = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  final DevTokens tokens = new DevTokens();
  final ApiServer server;
  final AtomicLong connections = new AtomicLong();
  final Lock gate = new ReentrantLock();
  final Part redis;
  private final HttpClient client = HttpClient.newHttpClient();
  private final HikariDataSource target;
  private final ControlWatch control;
  private final AnswerCache cache;
  private final ShadowReads shadow;
  private final String token = tokens.issue("tester", List.of("*"), true);

  /**
   * @param folder of Redis
   * @param source where the live query can run
   * @param reads whether they are switched on
   */
  ApiRig(
      Path folder, DataSource target, DataSource source, Duration ttl, int liveMax, boolean reads)
      throws Exception {
    this(folder, target, source, ttl, liveMax, reads, null);
  }

  ApiRig(
      Path folder,
      DataSource target,
      DataSource source,
      Duration ttl,
      int liveMax,
      boolean reads,
      AuthSettings auth)
      throws Exception {
    this(folder, target, source, ttl, liveMax, reads, auth, List.of());
  }

  ApiRig(
      Path folder,
      DataSource target,
      DataSource source,
      Duration ttl,
      int liveMax,
      boolean reads,
      AuthSettings auth,
      List<Composition> compositions)
      throws Exception {
    redis = SingleServers.redis(folder, SingleServers.freePort("Redis"));
    redis.start();
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(target);
    pool.setMaximumPoolSize(8);
    pool.setConnectionTimeout(1_000);
    pool.setConnectionInitSql("SET timezone = 'UTC'; SET statement_timeout = 2000");
    this.target = new HikariDataSource(pool);
    this.control = new ControlWatch(this.target);
    control.start();
    this.cache =
        new AnswerCache(
            new CacheSettings(
                URI.create("redis://127.0.0.1:" + redis.port()),
                VERSION,
                "analytics:v1:",
                SENTINEL,
                ttl,
                Duration.ofMillis(250)));
    Reader reader =
        new Reader(
            new CountingDataSource(this.target, connections, gate),
            source,
            liveMax,
            Duration.ofMillis(100));
    this.shadow =
        new ShadowReads(
            this.target,
            reader,
            new Verifier(source, this.target, new Limits(Duration.ofSeconds(10))),
            rollup ->
                ServeFixture.ROLLUPS.stream()
                    .filter(each -> each.name().equals(rollup))
                    .findFirst()
                    .orElseThrow());
    this.server =
        new ApiServer(
            new HttpSettings(
                "127.0.0.1",
                0,
                "x-zrg-",
                reads,
                DAYS_MAX,
                32,
                100,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(4)),
            auth != null
                ? auth
                : new AuthSettings(
                    tokens.secret(), null, null, null, "workspaces", "daybook_operator"),
            reader,
            this.target,
            control,
            cache,
            shadow,
            compositions);
    server.start();
  }

  /** As the sink does it: versions are there, and vouched for. */
  void vouch(Map<String, Long> versions) {
    try (Jedis jedis = jedis()) {
      vouch(jedis);
      versions.forEach(
          (workspace, version) -> jedis.set(VERSION + workspace, Long.toString(version)));
    }
  }

  /** For the versions of this very server. */
  static void vouch(Jedis jedis) {
    String run =
        jedis
            .info("server")
            .lines()
            .filter(line -> line.startsWith("run_id:"))
            .map(line -> line.substring("run_id:".length()).strip())
            .findFirst()
            .orElseThrow();
    jedis.hset(SENTINEL, "server", run);
  }

  Jedis jedis() {
    return new Jedis("127.0.0.1", redis.port());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path, Map.of("Authorization", "Bearer " + token));
  }

  HttpResponse<String> send(String method, String path, Map<String, String> headers)
      throws IOException, InterruptedException {
    return send(method, path, headers, "");
  }

  HttpResponse<String> send(String method, String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static String rollup(String name, String... parameters) {
    StringBuilder path = new StringBuilder("/api/rollups/").append(encoded(name));
    for (int i = 0; i < parameters.length; i += 2) {
      path.append(i == 0 ? '?' : '&')
          .append(encoded(parameters[i]))
          .append('=')
          .append(encoded(parameters[i + 1]));
    }
    return path.toString();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  /** Rows as text, values between bars. */
  static List<String> rows(HttpResponse<String> response) throws IOException {
    return json(response).get("rows").valueStream().map(ApiRig::line).toList();
  }

  private static String line(JsonNode row) {
    return row.valueStream().map(JsonNode::asText).collect(Collectors.joining("|"));
  }

  static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse(null);
  }

  @Override
  public void close() throws Exception {
    server.close();
    shadow.close();
    control.close();
    cache.close();
    target.close();
    redis.stop();
  }
}
