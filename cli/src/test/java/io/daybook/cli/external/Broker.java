// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A Kafka broker in a process of its own, with its own main class. */
final class Broker implements AutoCloseable {
  private static final String USER = "daybook";
  private static final String PASSWORD = "Secret0of1the2broker";

  private final Process process;
  private final Map<String, String> clients;

  private Broker(Process process, Map<String, String> clients) {
    this.process = process;
    this.clients = clients;
  }

  /**
   * Formats a folder and starts a node on it.
   *
   * @param certificate null for a listener in clear text; otherwise only users with a password are
   *     let in, over TLS
   */
  static Broker start(Path folder, Certificate certificate) throws Exception {
    int port = Servers.freePort();
    Properties properties = properties(folder, port, certificate);
    try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream())) {
      new Formatter()
          .setPrintStream(nowhere)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(folder.resolve("data").toString())
          .addDirectory(Files.createDirectories(folder.resolve("data")).toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .run();
    }
    Path file = folder.resolve("server.properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    Path log = folder.resolve("broker.log");
    Process process =
        Servers.start(
            log,
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                file.toString()));
    Broker broker = new Broker(process, clients(port, certificate));
    Servers.awaitUp("Kafka", process, log, broker::answers);
    return broker;
  }

  /** What a client must say. */
  Map<String, String> clients() {
    return clients;
  }

  private boolean answers() throws InterruptedException {
    Map<String, Object> quick = new HashMap<>(clients);
    quick.put("default.api.timeout.ms", 3000);
    quick.put("request.timeout.ms", 2000);
    try (Admin admin = Admin.create(quick)) {
      return !admin.describeCluster().nodes().get(4, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | java.util.concurrent.TimeoutException notYet) {
      return false;
    }
  }

  private static Map<String, String> clients(int port, Certificate certificate) {
    Map<String, String> clients = new HashMap<>();
    clients.put("bootstrap.servers", "localhost:" + port);
    if (certificate != null) {
      clients.put("security.protocol", "SASL_SSL");
      clients.put("sasl.mechanism", "PLAIN");
      clients.put(
          "sasl.jaas.config", login("username=\"" + USER + "\" password=\"" + PASSWORD + "\""));
      clients.put("ssl.truststore.location", certificate.trustStore().toString());
      clients.put("ssl.truststore.password", Certificate.PASSWORD);
    }
    return clients;
  }

  private static String login(String options) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required " + options + ";";
  }

  private static Properties properties(Path folder, int port, Certificate certificate) {
    int controller = Servers.freePort();
    String protocol = certificate == null ? "PLAINTEXT" : "SASL_SSL";
    Properties to = new Properties();
    to.setProperty("process.roles", "broker,controller");
    to.setProperty("node.id", "1");
    to.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controller);
    to.setProperty("controller.listener.names", "CONTROLLER");
    to.setProperty(
        "listeners", "OUTSIDE://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller);
    to.setProperty("advertised.listeners", "OUTSIDE://localhost:" + port);
    to.setProperty("inter.broker.listener.name", "OUTSIDE");
    to.setProperty(
        "listener.security.protocol.map", "OUTSIDE:" + protocol + ",CONTROLLER:PLAINTEXT");
    to.setProperty("log.dirs", folder.resolve("data").toString());
    to.setProperty("auto.create.topics.enable", "false");
    to.setProperty("offsets.topic.replication.factor", "1");
    to.setProperty("transaction.state.log.replication.factor", "1");
    to.setProperty("transaction.state.log.min.isr", "1");
    to.setProperty("share.coordinator.state.topic.replication.factor", "1");
    to.setProperty("share.coordinator.state.topic.min.isr", "1");
    if (certificate != null) {
      to.setProperty("sasl.enabled.mechanisms", "PLAIN");
      to.setProperty("sasl.mechanism.inter.broker.protocol", "PLAIN");
      to.setProperty(
          "listener.name.outside.plain.sasl.jaas.config",
          login(
              "username=\"%1$s\" password=\"%2$s\" user_%1$s=\"%2$s\"".formatted(USER, PASSWORD)));
      to.setProperty("ssl.keystore.location", certificate.keyStore().toString());
      to.setProperty("ssl.keystore.password", Certificate.PASSWORD);
      to.setProperty("ssl.key.password", Certificate.PASSWORD);
      to.setProperty("ssl.truststore.location", certificate.trustStore().toString());
      to.setProperty("ssl.truststore.password", Certificate.PASSWORD);
    }
    return to;
  }

  @Override
  public void close() throws Exception {
    Servers.end(process, "TERM");
  }
}
