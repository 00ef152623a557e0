// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.config.Config;
import io.daybook.cli.config.ConfigException;
import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.config.Setting;
import io.daybook.serve.mode.OnStale;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command line says and answers where no server is needed. */
class CommandLineTest {
  private static final String PASSWORD = "s3cret-of-the-test";

  @TempDir Path folder;

  /** What a call answered. */
  private record Answer(int code, String out, String err) {
    String all() {
      return out + err;
    }
  }

  private static Answer call(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(arguments);
    return new Answer(code, out.toString(), err.toString());
  }

  private static void assertRefused(int code, String message, String... arguments) {
    Answer answer = call(arguments);
    assertEquals(code, answer.code(), answer.all());
    assertTrue(answer.err().contains(message), answer.all());
    assertEquals("", answer.out());
    assertFalse(answer.err().contains("\tat "), "a stack trace for the user: " + answer.err());
  }

  private String file(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, List.of(lines)).toString();
  }

  @Test
  void everyVerbExplainsItself() {
    Answer all = call("--help");
    assertEquals(ExitCode.TRUE, all.code());
    for (CommandLine verb : Main.commandLine().getSubcommands().values()) {
      String name = verb.getCommandName();
      assertTrue(all.out().contains("\n  " + name + " "), name + " in " + all.out());
      Answer help = call(name, "--help");
      assertEquals(ExitCode.TRUE, help.code(), help.all());
      assertTrue(help.out().startsWith("Usage: daybook " + name), help.out());
      assertEquals("", help.err());
    }
    assertEquals(
        List.of(
            "dev",
            "plan",
            "preflight",
            "migrate",
            "run",
            "status",
            "verify",
            "recompute",
            "refresh",
            "schedule",
            "mode",
            "canary",
            "rollout",
            "quarantine",
            "uninstall"),
        Main.commandLine().getSubcommands().keySet().stream().toList());
  }

  @Test
  void wrongUsageExitsWithTwoAndSaysWhatWouldWork() {
    assertRefused(ExitCode.USAGE, "Missing required subcommand");
    assertRefused(ExitCode.USAGE, "Did you mean: daybook status", "statu");
    assertRefused(ExitCode.USAGE, "Possible solutions: --offline", "plan", "--ofline");
    assertRefused(ExitCode.USAGE, "'x' is not an int", "dev", "--seconds", "x");
    assertRefused(
        ExitCode.USAGE, "--seconds is 0; it takes a number from 1 up", "dev", "--seconds", "0");
    assertRefused(
        ExitCode.USAGE, "--scale is -1; it takes a number from 1 up", "dev", "--scale", "-1");
    assertRefused(
        ExitCode.USAGE, "--rate is -5; it takes a number from 0 up", "dev", "--rate", "-5");
    assertRefused(
        ExitCode.USAGE,
        "expected live, rollup, shadow or default but was 'sideways'",
        "mode",
        "sideways");
    assertRefused(ExitCode.USAGE, "'nonsense'", "run", "--roles", "capture,nonsense");
  }

  @Test
  void allProblemsOfAConfigurationComeInOneErrorWithoutThePassword() throws IOException {
    String config =
        file(
            "daybook.yaml",
            "source.uri: postgresql://app:" + PASSWORD + "@localhost:5432",
            "target.uri: mysql://app:" + PASSWORD + "@localhost/db",
            "sink.uri: 'postgresql://app:" + PASSWORD + " %@localhost/db'",
            "redis.uri: localhost:6379",
            "topic-prefix: 'Not Good'",
            "partitions: 0",
            "freshness:",
            "  limit: soon",
            "cache.bump-intervall: 1s",
            "rollups: [a, b]");
    Answer answer = call("verify", "--config", config);
    assertEquals(ExitCode.USAGE, answer.code(), answer.all());
    for (String problem :
        List.of(
            "source.uri: it should look like postgresql://user:password@host:5432/database",
            "target.uri: it should look like postgresql://",
            "sink.uri: it is no URI; encode special characters of the password as %XX",
            "kafka.bootstrap-servers is missing",
            "(or set DAYBOOK_KAFKA_BOOTSTRAP_SERVERS)",
            "redis.uri: it should look like redis://host:6379",
            "topic-prefix: 'Not Good' should be up to 40",
            "partitions: '0' should be a number from 1 to 999",
            "freshness.limit: 'soon' should be a time like 500ms",
            "'cache.bump-intervall' is not known; the nearest is 'cache.bump-interval'",
            "rollups is a list; it takes one value")) {
      assertTrue(answer.err().contains(problem), problem + " in " + answer.err());
    }
    assertFalse(answer.all().contains(PASSWORD), answer.all());
  }

  @Test
  void aFileThatIsNotThereOrNoYamlIsNamed() throws IOException {
    String missing = folder.resolve("missing.yaml").toString();
    Answer none = call("status", "--config", missing);
    assertEquals(ExitCode.USAGE, none.code(), none.all());
    assertTrue(none.err().contains("  - there is no file " + missing), none.err());
    assertEquals(2, none.err().lines().count(), none.err());
    String broken = file("broken.yaml", "source: [", "  : {");
    assertRefused(ExitCode.USAGE, broken + " cannot be read", "status", "--config", broken);
  }

  @Test
  void planWithoutAServerReadsTheReferenceAndNamesThePlaceOfWhatItRefuses() throws IOException {
    String reference = Path.of("..", "schemas", "rollups").toString();
    Answer plan = call("plan", "--offline", "--rollups", reference);
    assertEquals(ExitCode.TRUE, plan.code(), plan.all());
    assertTrue(plan.out().contains("rollup workspace_daily   types unchecked"), plan.out());
    Answer json = call("plan", "--offline", "--json", "--rollups", reference);
    assertTrue(json.out().contains("\"types\":\"unchecked\""), json.out());
    assertEquals(1, json.out().lines().count());

    String one =
        file(
            "rollups/broken/one.sql",
            "SELECT o.shop AS workspace_id,",
            "       now()::date AS day, count(*) AS n",
            "FROM \"Order\" o GROUP BY 1, 2");
    String two = file("rollups/broken/two.sql", "SELECT FROM WHERE");
    Answer refused = call("plan", "--offline", "--rollups", folder.resolve("rollups").toString());
    assertEquals(ExitCode.USAGE, refused.code(), refused.all());
    assertTrue(refused.err().contains(one + ":2:8: "), refused.err());
    assertTrue(refused.err().contains(two + ":1:"), refused.err());

    String nowhere = folder.resolve("nowhere").toString();
    assertRefused(ExitCode.USAGE, nowhere, "plan", "--offline", "--rollups", nowhere);
  }

  @Test
  void anUnreachablePostgresExitsWithThreeAndKeepsThePassword() throws IOException {
    int port = freePort();
    String address = "app:" + PASSWORD + "@127.0.0.1:" + port + "/db";
    Files.writeString(folder.resolve("secret"), "postgresql://" + address + "\n");
    String config =
        file(
            "daybook.yaml",
            "source.uri: file:" + folder.resolve("secret"),
            "target.uri: postgresql://" + address,
            "kafka.bootstrap-servers: 127.0.0.1:" + port,
            "redis.uri: redis://:" + PASSWORD + "@127.0.0.1:" + port,
            "rollups: " + Path.of("..", "schemas", "rollups"));
    Answer answer = call("plan", "--config", config);
    assertEquals(ExitCode.UNREACHABLE, answer.code(), answer.all());
    assertTrue(
        answer
            .err()
            .contains("No connection by source.uri, postgresql://app@127.0.0.1:" + port + "/db:"),
        answer.err());
    assertFalse(answer.all().contains(PASSWORD), answer.all());
  }

  @Test
  void preflightNamesEverySystemThatCannotBeReachedAndKeepsThePassword() throws IOException {
    int port = freePort();
    String address = "app:" + PASSWORD + "@127.0.0.1:" + port + "/db";
    String config =
        file(
            "daybook.yaml",
            "source.uri: postgresql://" + address,
            "target.uri: postgresql://" + address,
            "sink.uri: postgresql://sink:" + PASSWORD + "@127.0.0.1:" + port + "/db",
            "kafka.bootstrap-servers: 127.0.0.1:" + port,
            "kafka.default.api.timeout.ms: 500",
            "redis.uri: redis://:" + PASSWORD + "@127.0.0.1:" + port,
            "rollups: " + Path.of("..", "schemas", "rollups"));
    Answer all = call("preflight", "--config", config);
    assertEquals(ExitCode.UNREACHABLE, all.code(), all.all());
    for (String system : List.of("source", "target", "sink", "kafka", "redis")) {
      assertTrue(all.out().contains(system + "\n  blocks  reachable: "), all.out());
    }
    assertFalse(all.all().contains(PASSWORD), all.all());

    Answer sink = call("preflight", "--roles", "sink", "--json", "--config", config);
    assertEquals(ExitCode.UNREACHABLE, sink.code(), sink.all());
    assertTrue(sink.out().startsWith("{\"verdict\":\"blocked\",\"checks\":["), sink.out());
    assertEquals(1, sink.out().lines().count());
    assertFalse(sink.out().contains("\"source\""), sink.out());

    Answer run = call("run", "--roles", "capture", "--config", config);
    assertEquals(ExitCode.UNREACHABLE, run.code(), run.all());
    assertTrue(run.err().contains("preflight: blocked"), run.err());
    assertFalse(run.err().contains("redis"), run.err());
  }

  @Test
  void everySettingHasItsKeyItsDefaultAndItsVariable() {
    Map<String, String> settings = new LinkedHashMap<>();
    Arrays.stream(Setting.values())
        .forEach(each -> settings.put(each.key(), each.fallback() + " " + each.variable()));
    Map<String, String> pinned = new LinkedHashMap<>();
    pinned.put("source.uri", "null DAYBOOK_SOURCE_URI");
    pinned.put("target.uri", "null DAYBOOK_TARGET_URI");
    pinned.put("sink.uri", " DAYBOOK_SINK_URI");
    pinned.put("kafka.bootstrap-servers", "null DAYBOOK_KAFKA_BOOTSTRAP_SERVERS");
    pinned.put("redis.uri", "null DAYBOOK_REDIS_URI");
    pinned.put("topic-prefix", "daybook DAYBOOK_TOPIC_PREFIX");
    pinned.put("partitions", "4 DAYBOOK_PARTITIONS");
    pinned.put("rollups", "schemas/rollups DAYBOOK_ROLLUPS");
    pinned.put("state-dir", ".daybook/state DAYBOOK_STATE_DIR");
    pinned.put("freshness.limit", "60s DAYBOOK_FRESHNESS_LIMIT");
    pinned.put("freshness.on-stale", "live DAYBOOK_FRESHNESS_ON_STALE");
    pinned.put("cdc.retention", " DAYBOOK_CDC_RETENTION");
    pinned.put("recompute.keep", "24h DAYBOOK_RECOMPUTE_KEEP");
    pinned.put("schedule.cron", " DAYBOOK_SCHEDULE_CRON");
    pinned.put("schedule.days", "7 DAYBOOK_SCHEDULE_DAYS");
    pinned.put("cache.key-prefix", "analytics:v1:ver: DAYBOOK_CACHE_KEY_PREFIX");
    pinned.put("cache.bump-interval", "1s DAYBOOK_CACHE_BUMP_INTERVAL");
    pinned.put("cache.entry-prefix", "analytics:v1: DAYBOOK_CACHE_ENTRY_PREFIX");
    pinned.put("cache.ttl", "120s DAYBOOK_CACHE_TTL");
    pinned.put("serve.uri", " DAYBOOK_SERVE_URI");
    pinned.put("http.listen", " DAYBOOK_HTTP_LISTEN");
    pinned.put("http.header-prefix", "x-zrg- DAYBOOK_HTTP_HEADER_PREFIX");
    pinned.put("http.reads", "on DAYBOOK_HTTP_READS");
    pinned.put("http.days-max", "400 DAYBOOK_HTTP_DAYS_MAX");
    pinned.put("http.live-max", "4 DAYBOOK_HTTP_LIVE_MAX");
    pinned.put("http.statement-timeout", "30s DAYBOOK_HTTP_STATEMENT_TIMEOUT");
    pinned.put("http.connections-max", "1000 DAYBOOK_HTTP_CONNECTIONS_MAX");
    pinned.put("http.endpoints", " DAYBOOK_HTTP_ENDPOINTS");
    pinned.put("http.auth.secret", " DAYBOOK_HTTP_AUTH_SECRET");
    pinned.put("http.auth.jwks", " DAYBOOK_HTTP_AUTH_JWKS");
    pinned.put("http.auth.issuer", " DAYBOOK_HTTP_AUTH_ISSUER");
    pinned.put("http.auth.audience", " DAYBOOK_HTTP_AUTH_AUDIENCE");
    pinned.put("http.auth.workspaces-claim", "workspaces DAYBOOK_HTTP_AUTH_WORKSPACES_CLAIM");
    pinned.put("http.auth.operator-claim", "daybook_operator DAYBOOK_HTTP_AUTH_OPERATOR_CLAIM");
    assertEquals(pinned.toString(), settings.toString());
  }

  @Test
  void defaultsHoldTheEnvironmentGoesBeforeTheFileAndFilesHoldSecrets() throws IOException {
    Files.writeString(folder.resolve("secret"), PASSWORD + "\n");
    Files.writeString(folder.resolve("uri"), "postgresql://app:p%40ss@db/inbox\n");
    String yaml =
        file(
            "daybook.yaml",
            "source.uri: file:" + folder.resolve("uri"),
            "target: {uri: 'postgresql://x@elsewhere/db'}",
            "kafka.bootstrap-servers: one:9092",
            "kafka.sasl.jaas.config: file:" + folder.resolve("secret"),
            "redis.uri: redis://cache:6379");
    Map<String, String> environment =
        Map.of(
            "DAYBOOK_TARGET_URI", "postgresql://y@target/db",
            "DAYBOOK_KAFKA_BOOTSTRAP_SERVERS", "two:9092",
            "DAYBOOK_STREAMS_NUM_STREAM_THREADS", "3",
            "DAYBOOK_DEV_PID", "17");
    Config config = ConfigReader.read(Path.of(yaml), environment);
    assertEquals("postgresql://app@db:5432/inbox", config.source().toString());
    assertEquals(
        "jdbc:postgresql://db:5432/inbox?user=app&password=p%40ss", config.source().jdbcUrl());
    assertEquals("postgresql://y@target:5432/db", config.target().toString());
    assertEquals(config.target(), config.sink());
    assertEquals(
        Map.of("bootstrap.servers", "two:9092", "sasl.jaas.config", PASSWORD), config.kafka());
    assertEquals(Map.of("num.stream.threads", "3"), config.streams());
    assertEquals("daybook", config.topicPrefix());
    assertEquals(4, config.partitions());
    assertEquals(Path.of("schemas/rollups"), config.rollups());
    assertEquals(Path.of(".daybook/state"), config.stateDir());
    assertEquals(
        new Config.Freshness(Duration.ofSeconds(60), OnStale.Policy.USUAL), config.freshness());
    assertEquals(
        new Config.Cache(
            "analytics:v1:ver:", Duration.ofSeconds(1), "analytics:v1:", Duration.ofSeconds(120)),
        config.cache());

    Map<String, String> lost = Map.of("DAYBOOK_SINK_URI", "file:" + folder.resolve("nowhere"));
    ConfigException refused =
        assertThrows(ConfigException.class, () -> ConfigReader.read(Path.of(yaml), lost));
    assertTrue(
        refused.getMessage().contains("sink.uri refers to " + folder.resolve("nowhere")),
        refused.getMessage());
    assertEquals(
        1,
        refused.getMessage().lines().filter(line -> line.startsWith("  - sink.uri")).count(),
        refused.getMessage());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
