// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Setup;
import io.daybook.schemas.definition.Rollup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An installation as in production, on one machine: servers, and each role in processes of its own
 * that reach the servers through proxies. Load and watches reach them directly.
 */
final class Site implements AutoCloseable {
  private static final Duration BUILT_WITHIN = Duration.ofMinutes(4);
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final List<String> JVM = List.of("-Xmx384m", "-Ddaybook.log.kafka=ERROR");

  private final Path folder;
  private final SiteSettings settings;
  private final SiteServers servers;
  private final Map<String, List<RoleProcess>> roles = new LinkedHashMap<>();
  private final Thread supervisor = new Thread(this::supervise, "supervisor");
  private final List<AutoCloseable> parts = new ArrayList<>();
  private Installation installation;
  private List<Rollup> rollups;
  private Kafka kafka;
  private Load load;
  private FreshnessWatch freshness;
  private VersionWatch versions;
  private volatile boolean closed;

  private Site(Path folder, SiteSettings settings, SiteServers servers) {
    this.folder = folder;
    this.settings = settings;
    this.servers = servers;
  }

  /** Comes back when the rollups are complete and the load is on its way. */
  static Site start(Path folder, SiteSettings settings, long seed) throws Exception {
    SiteServers servers = SiteServers.start(Files.createDirectories(folder));
    Site site = new Site(folder, settings, servers);
    Thread hook = new Thread(site::closeAtExit, "site-closer");
    Runtime.getRuntime().addShutdownHook(hook);
    site.parts.add(() -> Runtime.getRuntime().removeShutdownHook(hook));
    try {
      site.install(seed);
      site.startRoles();
      site.watch();
      site.load.resume();
      return site;
    } catch (Exception | Error e) {
      site.close();
      throw e;
    }
  }

  private void install(long seed) throws Exception {
    Path root = Path.of("").toAbsolutePath().getParent();
    servers.database().create(Files.readString(root.resolve("schemas/reference/schema.sql")));
    load = Load.filled(servers.database()::owner, seed, settings.rate());
    Path config = Files.createDirectories(folder.resolve("operator")).resolve("daybook.yaml");
    copyRollups(root);
    Files.write(config, configuration(servers.directAddresses()));
    installation = new Installation(ConfigReader.read(config, Map.of()));
    new Setup(installation).apply();
    rollups = installation.installed();
    kafka = new Kafka(servers.broker().clients(), installation.topics(), rollups);
  }

  private List<String> configuration(Map<String, String> addresses) {
    Map<String, String> all = new LinkedHashMap<>(addresses);
    all.put("topic-prefix", "faults");
    all.put("partitions", "2");
    all.put("rollups", folder.resolve("rollups").toString());
    all.put("state-dir", "state");
    all.put("cache.bump-interval", "200ms");
    all.put("freshness.limit", settings.freshnessLimit().toSeconds() + "s");
    all.putAll(settings.more());
    return all.entrySet().stream()
        .map(each -> each.getKey() + ": '" + each.getValue() + "'")
        .toList();
  }

  /** Two are enough: one is joined from one side, one from both. */
  private void copyRollups(Path root) throws IOException {
    Path all = folder.resolve("rollups");
    for (String rollup : List.of("workspace_daily", "campaign_daily")) {
      Path copies = Files.createDirectories(all.resolve(rollup));
      try (Stream<Path> facts = Files.list(root.resolve("schemas/rollups").resolve(rollup))) {
        for (Path fact : facts.toList()) {
          Files.copy(fact, copies.resolve(fact.getFileName()));
        }
      }
    }
  }

  private void startRoles() throws Exception {
    startRole("capture", settings.captures());
    startRole("aggregate", settings.aggregates());
    startRole("sink", settings.sinks());
    startRole("serve", settings.hasApi() ? 1 : 0);
    supervisor.setDaemon(true);
    supervisor.start();
    Await.until(
        BUILT_WITHIN,
        "a complete rollup in " + folder,
        () ->
            database()
                .column("SELECT bool_and(complete_through IS NOT NULL) FROM daybook.freshness")
                .get(0)
                .equals("t"));
  }

  private void startRole(String role, int processes) throws IOException {
    List<RoleProcess> started = new ArrayList<>();
    roles.put(role, started);
    for (int number = 0; number < processes; number++) {
      started.add(newProcess(role, number));
      started.get(number).start();
    }
  }

  /** One more process of a role, with a folder of its own; not started yet. */
  RoleProcess newProcess(String role, int number) throws IOException {
    Path home = Files.createDirectories(folder.resolve(role + "-" + number));
    Files.write(home.resolve("daybook.yaml"), configuration(servers.proxiedAddresses()));
    return new RoleProcess(role, number, home, JVM);
  }

  private void watch() {
    freshness = FreshnessWatch.start(database(), rollups, settings.freshnessLimit());
    versions = VersionWatch.start(servers.redisPort(), installation.config().cache().keyPrefix());
  }

  private void supervise() {
    try {
      while (!closed) {
        for (RoleProcess each : processes()) {
          each.superviseOnce();
        }
        Await.pass(LOOK_EVERY);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a process cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Path folder() {
    return folder;
  }

  SiteServers servers() {
    return servers;
  }

  Database database() {
    return servers.database();
  }

  Installation installation() {
    return installation;
  }

  List<Rollup> rollups() {
    return rollups;
  }

  /** After readers were given other generations. */
  void rollupsAreOthers() throws SQLException {
    rollups = installation.current();
    kafka.of(rollups);
  }

  Answers answers() {
    return new Answers(installation, database(), rollups);
  }

  Kafka kafka() {
    return kafka;
  }

  Load load() {
    return load;
  }

  FreshnessWatch freshness() {
    return freshness;
  }

  VersionWatch versions() {
    return versions;
  }

  List<RoleProcess> captures() {
    return roles.get("capture");
  }

  List<RoleProcess> aggregates() {
    return roles.get("aggregate");
  }

  List<RoleProcess> sinks() {
    return roles.get("sink");
  }

  /** The process of the API, where the settings have one. */
  RoleProcess serve() {
    return roles.get("serve").get(0);
  }

  List<RoleProcess> processes() {
    return roles.values().stream().flatMap(List::stream).toList();
  }

  private void closeAtExit() {
    try {
      close();
    } catch (Exception e) {
      throw new IllegalStateException("the site has not ended in order", e);
    }
  }

  @Override
  public synchronized void close() throws Exception {
    if (closed) {
      return;
    }
    closed = true;
    if (load != null) {
      load.close();
    }
    if (freshness != null) {
      freshness.close();
      versions.close();
    }
    if (kafka != null) {
      kafka.close();
    }
    for (RoleProcess each : processes()) {
      each.close();
    }
    servers.close();
    if (Thread.currentThread().getName().equals("site-closer")) {
      return;
    }
    for (AutoCloseable part : parts) {
      part.close();
    }
  }
}
