// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.dev.stack.Part;
import io.daybook.cli.dev.stack.SingleServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Postgres, Kafka and Redis of a site, each with a proxy before it. */
final class SiteServers implements AutoCloseable {
  private static final Duration BACKENDS_END_WITHIN = Duration.ofSeconds(60);

  private final Path folder;
  private final Part postgres;
  private final Part redis;
  private final Database database;
  private final TcpProxy postgresProxy;
  private final TcpProxy kafkaProxy;
  private final TcpProxy redisProxy;
  private BrokerProcess broker;

  private SiteServers(Path folder, int kafkaPort) throws IOException {
    this.folder = folder;
    this.postgres = SingleServers.postgres(folder, SingleServers.freePort("Postgres"));
    this.redis = SingleServers.redis(folder, SingleServers.freePort("Redis"));
    this.database = new Database(postgres.port());
    this.postgresProxy = proxy("postgres", postgres.port());
    this.kafkaProxy = proxy("kafka", kafkaPort);
    this.redisProxy = proxy("redis", redis.port());
  }

  private static TcpProxy proxy(String name, int serverPort) throws IOException {
    return TcpProxy.start(name, SingleServers.freePort("proxy"), serverPort);
  }

  static SiteServers start(Path folder) throws Exception {
    int kafkaPort = SingleServers.freePort("Kafka");
    SiteServers servers = new SiteServers(folder, kafkaPort);
    try {
      servers.postgres.start();
      servers.redis.start();
      Path home = Files.createDirectories(folder.resolve("broker"));
      servers.broker = BrokerProcess.start(home, kafkaPort, servers.kafkaProxy.port());
      return servers;
    } catch (Exception | Error e) {
      servers.close();
      throw e;
    }
  }

  /** Lines of daybook.yaml for the roles. */
  Map<String, String> proxiedAddresses() {
    return addresses(postgresProxy.port(), "127.0.0.1:" + kafkaProxy.port(), redisProxy.port());
  }

  /** Lines of daybook.yaml for those that no fault may touch. */
  Map<String, String> directAddresses() {
    return addresses(postgres.port(), broker.clients().get("bootstrap.servers"), redis.port());
  }

  private static Map<String, String> addresses(int postgres, String kafka, int redis) {
    String uri = "postgresql://%s:secret@127.0.0.1:" + postgres + "/" + Database.NAME;
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("source.uri", uri.formatted(Database.OWNER));
    lines.put("target.uri", uri.formatted(Database.OWNER));
    lines.put("sink.uri", uri.formatted(Database.SINK));
    lines.put("kafka.bootstrap-servers", kafka);
    lines.put("redis.uri", "redis://127.0.0.1:" + redis);
    return lines;
  }

  Database database() {
    return database;
  }

  BrokerProcess broker() {
    return broker;
  }

  int redisPort() {
    return redis.port();
  }

  TcpProxy postgresProxy() {
    return postgresProxy;
  }

  TcpProxy kafkaProxy() {
    return kafkaProxy;
  }

  TcpProxy redisProxy() {
    return redisProxy;
  }

  /** SIGKILL of the postmaster, at which its backends end; returns its pid. */
  long killPostgres() throws Exception {
    long pid = SingleServers.postgresPid(folder).orElseThrow();
    List<ProcessHandle> backends = ProcessHandle.of(pid).orElseThrow().children().toList();
    Signals.kill(pid);
    Await.until(
        BACKENDS_END_WITHIN,
        "the end of the backends",
        () -> backends.stream().allMatch(each -> Signals.isDead(each.pid())));
    postgres.stop();
    return pid;
  }

  void startPostgres() {
    postgres.start();
  }

  /** Ends Postgres in order. */
  void stopPostgres() {
    postgres.stop();
  }

  int postgresPort() {
    return postgres.port();
  }

  /** Copies the files of a Postgres that does not run into a folder as this one. */
  void copyPostgres(Path to) throws Exception {
    Files.createDirectories(to);
    Files.deleteIfExists(to.resolve("postgres.complete"));
    run("rm", "-rf", to.resolve("postgres").toString());
    run("cp", "-a", folder.resolve("postgres").toString(), to.toString());
    Files.createFile(to.resolve("postgres.complete"));
  }

  /** Puts files that {@link #copyPostgres} took, and what became of them, in the place of ours. */
  void replacePostgres(Path from) throws Exception {
    run("rm", "-rf", folder.resolve("postgres").toString());
    run("cp", "-a", from.resolve("postgres").toString(), folder.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " has failed");
    }
  }

  /** SIGKILL of Redis; returns its pid. */
  long killRedis() throws Exception {
    long pid = SingleServers.redisPid(folder).orElseThrow();
    Signals.kill(pid);
    redis.stop();
    return pid;
  }

  void startRedis() {
    redis.start();
  }

  /** Where Redis keeps what it was told. */
  Path redisLog() {
    return folder.resolve("redis").resolve("appendonly.aof");
  }

  @Override
  public void close() throws Exception {
    if (broker != null) {
      broker.close();
    }
    redis.stop();
    postgres.stop();
    postgresProxy.close();
    kafkaProxy.close();
    redisProxy.close();
  }
}
