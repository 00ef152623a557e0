// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.dev.stack.SingleServers;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka node in a process of its own. Its outer listener is advertised as that of a proxy; its
 * inner one is for itself and for the tests.
 */
final class BrokerProcess implements AutoCloseable {
  private static final Duration UP_WITHIN = Duration.ofSeconds(90);

  private final Path folder;
  private final int innerPort;
  private final int outerPort;
  private Process process;

  private BrokerProcess(Path folder, int innerPort, int outerPort) {
    this.folder = folder;
    this.innerPort = innerPort;
    this.outerPort = outerPort;
  }

  /** Formats a folder and starts a node on it. */
  static BrokerProcess start(Path folder, int outerPort, int proxyPort) throws Exception {
    int innerPort = SingleServers.freePort("the broker");
    BrokerProcess broker = new BrokerProcess(folder, innerPort, outerPort);
    Path data = Files.createDirectories(folder.resolve("data"));
    Properties properties = broker.properties(data, proxyPort);
    try (Writer out = Files.newBufferedWriter(broker.settings())) {
      properties.store(out, null);
    }
    broker.format();
    broker.launch();
    broker.awaitUp();
    return broker;
  }

  private Properties properties(Path data, int proxyPort) {
    int controller = SingleServers.freePort("the controller");
    Properties to = SingleServers.kafka(data, innerPort, controller);
    String inner = "INNER://127.0.0.1:" + innerPort;
    to.setProperty(
        "listeners",
        inner + ",OUTER://127.0.0.1:" + outerPort + ",CONTROLLER://127.0.0.1:" + controller);
    to.setProperty("advertised.listeners", inner + ",OUTER://127.0.0.1:" + proxyPort);
    to.setProperty("inter.broker.listener.name", "INNER");
    to.setProperty(
        "listener.security.protocol.map", "INNER:PLAINTEXT,OUTER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    return to;
  }

  private Path settings() {
    return folder.resolve("server.properties");
  }

  private void format() throws IOException, InterruptedException {
    String cluster = Uuid.randomUuid().toString();
    Process format =
        run("kafka.tools.StorageTool", "format", "-t", cluster, "-c", settings().toString());
    if (format.waitFor() != 0) {
      throw new IOException("A broker's folder cannot be formatted, see its log in " + folder);
    }
  }

  /** Starts it on the data that it has; returns at once. */
  void launch() throws IOException {
    process = run("kafka.Kafka", settings().toString());
  }

  /** One of Kafka's programs, of the version and with the class path that its module gives. */
  private Process run(String... program) throws IOException {
    Path module = Path.of("src", "test", "broker").toAbsolutePath();
    Path log = Path.of("src", "main", "resources", "logback.xml").toAbsolutePath();
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + log,
                "-Ddaybook.logs=" + folder,
                "-cp",
                Files.readString(module.resolve("target/classpath.txt")).strip()));
    command.addAll(List.of(program));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("broker.log").toFile()))
        .start();
  }

  /** Takes from one that does not run all that it knows of transactions. */
  void forgetTransactions() throws IOException {
    try (DirectoryStream<Path> logs =
        Files.newDirectoryStream(folder.resolve("data"), "__transaction_state-*")) {
      for (Path log : logs) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(log)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(log);
      }
    }
  }

  /** Comes back when it answers. */
  void awaitUp() throws Exception {
    Await.until(UP_WITHIN, "an answer of the broker in " + folder, this::answers);
  }

  /** What a client beside the proxy must say. */
  Map<String, String> clients() {
    return Map.of("bootstrap.servers", "127.0.0.1:" + innerPort);
  }

  long pid() {
    return process.pid();
  }

  private boolean answers() throws InterruptedException {
    if (!process.isAlive()) {
      throw new AssertionError("the broker in " + folder + " has ended by itself");
    }
    Map<String, Object> quick =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:" + innerPort,
            "default.api.timeout.ms",
            3000,
            "request.timeout.ms",
            2000);
    try (Admin admin = Admin.create(quick)) {
      return !admin.describeCluster().nodes().get(4, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
