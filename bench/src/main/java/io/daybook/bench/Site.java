// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import io.daybook.cli.Home;
import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.dev.DevTokens;
import io.daybook.cli.dev.Source;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Setup;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.mode.StatusReader;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * An installation to measure: embedded servers with the sample data, the rollups in a database of
 * their own, and all roles in one process beside this one.
 */
final class Site implements AutoCloseable {
  /** Lines of its daybook.yaml that are no addresses. */
  static final Map<String, String> SETTINGS =
      Map.of("topic-prefix", "bench", "partitions", "2", "recompute.keep", "0ms");

  private static final long SEED = 1;
  private static final String TARGET = "rollups";
  private static final Duration COMPLETE_WITHIN = Duration.ofMinutes(30);
  private static final long LOOK_EVERY_MS = 50;
  private static final Duration CATCH_UP = Duration.ofMinutes(5);

  private final EmbeddedStack stack;
  private final Source source;
  private final Path folder;
  private final List<String> rollups;
  private final Path config;
  private final DevTokens tokens = new DevTokens();
  private final int httpPort;
  private Installation installation;
  private RolesProcess roles;

  private Site(Path folder, EmbeddedStack stack, List<String> rollups) throws IOException {
    this.folder = folder;
    this.rollups = rollups;
    this.config = folder.resolve("daybook.yaml");
    this.stack = stack;
    this.source = new Source(stack);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.httpPort = free.getLocalPort();
    }
  }

  /**
   * Comes back when all rollups are complete.
   *
   * @param rollups of the reference's that it has
   */
  static Site start(int scale, List<String> rollups) throws Exception {
    Path folder = Home.state().resolve("bench");
    EmbeddedStack stack = EmbeddedStack.start(new StackSettings(folder, 0, 0, 0, true));
    Site site = new Site(folder, stack, rollups);
    Runtime.getRuntime().addShutdownHook(new Thread(site::closeAtExit, "bench-closer"));
    try {
      site.install(scale);
      return site;
    } catch (Exception | Error e) {
      site.close();
      throw e;
    }
  }

  private void closeAtExit() {
    try {
      close();
    } catch (Exception e) {
      throw new IllegalStateException("the bench has not ended in order", e);
    }
  }

  private void install(int scale) throws Exception {
    source.create(Home.path());
    source.fill(SEED, scale);
    createTarget();
    forgetRollups();
    for (String rollup : rollups) {
      copy(Home.path().resolve("schemas/rollups").resolve(rollup));
    }
    configure(Map.of());
    new Setup(installation).apply();
    roles = RolesProcess.start(folder, config);
    awaitComplete();
  }

  /** Those of an earlier run. */
  private void forgetRollups() throws IOException {
    Path all = folder.resolve("rollups");
    if (Files.exists(all)) {
      try (Stream<Path> files = Files.walk(all)) {
        for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private void copy(Path rollup) throws IOException {
    Path copies = Files.createDirectories(folder.resolve("rollups").resolve(rollup.getFileName()));
    try (Stream<Path> facts = Files.list(rollup)) {
      for (Path fact : facts.toList()) {
        Files.copy(fact, copies.resolve(fact.getFileName()));
      }
    }
  }

  private void configure(Map<String, String> more) throws IOException {
    Files.writeString(config, configuration(more));
    installation = new Installation(ConfigReader.read(config, Map.of()));
  }

  /** Stops the roles and starts them with other settings. */
  void restart(Map<String, String> more) throws Exception {
    roles.close();
    configure(more);
    roles = RolesProcess.start(folder, config);
    awaitComplete();
  }

  private String configuration(Map<String, String> more) {
    Map<String, String> lines = new TreeMap<>(SETTINGS);
    lines.putAll(more);
    lines.put("source.uri", source.uri(Source.OWNER));
    lines.put("target.uri", source.uri(Source.OWNER, TARGET));
    lines.put("sink.uri", source.uri(Source.SINK_USER, TARGET));
    lines.put("kafka.bootstrap-servers", stack.kafkaBootstrap());
    lines.put("redis.uri", stack.redisUri());
    lines.put("rollups", folder.resolve("rollups").toString());
    lines.put("state-dir", stack.streamsStateDir().toString());
    lines.put("http.listen", "127.0.0.1:" + httpPort);
    lines.put("http.endpoints", Home.path().resolve("schemas/endpoints").toString());
    lines.put("http.auth.secret", tokens.secret());
    return lines.entrySet().stream()
        .map(each -> "%s: \"%s\"%n".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining());
  }

  private void createTarget() throws SQLException {
    administer("CREATE DATABASE " + TARGET + " OWNER " + Source.OWNER);
  }

  /** As when its machine is lost, and another one is there in its place: nothing is in it. */
  void replaceTarget() throws SQLException {
    administer("DROP DATABASE " + TARGET + " WITH (FORCE)");
    createTarget();
  }

  private void administer(String sql) throws SQLException {
    try (Connection connection = stack.superuser().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Waits until all rollups are complete through now. */
  void awaitComplete() throws Exception {
    Instant now = Instant.now();
    StatusReader reader = new StatusReader(installation.target());
    int rollups = installation.rollups().size();
    await(
        COMPLETE_WITHIN,
        "complete rollups",
        () -> {
          var states = reader.read();
          return states.size() == rollups
              && states.stream()
                  .allMatch(
                      each ->
                          each.completeThrough() != null && each.completeThrough().isAfter(now));
        });
  }

  /** Fails unless every row of every rollup equals the live query. Returns the rows. */
  long verify() throws SQLException, InterruptedException {
    Verification verification =
        new Verifier(installation.source(), installation.target(), new Limits(CATCH_UP))
            .verify(installation.current(), VerificationProgress.SILENT);
    if (verification.verdict() != Verdict.EQUAL) {
      throw new IllegalStateException(
          "What was measured is wrong, and so is no figure: "
              + verification.verdict()
              + ", "
              + verification.firstDifference()
              + verification.reasons());
    }
    return verification.rowsCompared();
  }

  Installation installation() {
    return installation;
  }

  /** The rollup that readers get. */
  Rollup rollup(String name) throws SQLException {
    return installation.current().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  DataSource source() {
    return source.owner();
  }

  /** What every verb takes as {@code --config}. */
  Path config() {
    return config;
  }

  /** Where the API is. */
  String http() {
    return "http://127.0.0.1:" + httpPort;
  }

  /** Of a reader of all workspaces. */
  String token() {
    return tokens.issue("bench", List.of("*"), false);
  }

  /** Workspaces by their messages, the largest first. */
  List<String> workspaces() throws SQLException {
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT l."clientId"
                FROM "Message" m JOIN "Lead" l ON l.id = m."leadId"
                GROUP BY 1
                ORDER BY count(*) DESC, 1
                """)) {
      List<String> workspaces = new ArrayList<>();
      while (rows.next()) {
        workspaces.add(rows.getString(1));
      }
      return workspaces;
    }
  }

  RolesProcess roles() {
    return roles;
  }

  /** What to wait for. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits while the roles live. */
  void await(Duration limit, String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      roles.requireAlive();
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(what + " took longer than " + limit);
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  @Override
  public synchronized void close() throws Exception {
    try {
      if (roles != null) {
        roles.close();
        roles = null;
      }
    } finally {
      stack.close();
    }
  }
}
