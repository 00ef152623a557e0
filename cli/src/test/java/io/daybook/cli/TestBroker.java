// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka node with settings of the test's choice, beside the embedded stack. One listener lets
 * everybody in as a super user; the other asks for a login, and gives no rights but by ACLs.
 */
final class TestBroker implements AutoCloseable {
  private static final int NODE_ID = 1;
  private static final String PLAIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";

  private final Path folder;
  private final Properties properties = new Properties();
  private final int openPort;
  private final int loginPort;
  private KafkaRaftServer server;

  private TestBroker(Path folder, Map<String, String> settings) throws Exception {
    this.folder = folder;
    this.openPort = freePort();
    this.loginPort = freePort();
    int controllerPort = freePort();
    Map<String, String> all = new HashMap<>();
    all.put("process.roles", "broker,controller");
    all.put("node.id", Integer.toString(NODE_ID));
    all.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    all.put("controller.listener.names", "CONTROLLER");
    String brokers = "OPEN://127.0.0.1:%d,LOGIN://127.0.0.1:%d".formatted(openPort, loginPort);
    all.put("listeners", brokers + ",CONTROLLER://127.0.0.1:" + controllerPort);
    all.put("advertised.listeners", brokers);
    all.put("inter.broker.listener.name", "OPEN");
    all.put(
        "listener.security.protocol.map",
        "OPEN:PLAINTEXT,LOGIN:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.put("sasl.enabled.mechanisms", "PLAIN");
    all.put(
        "listener.name.login.plain.sasl.jaas.config",
        PLAIN + " user_app=\"secret\" user_super=\"secret\";");
    all.put("authorizer.class.name", StandardAuthorizer.class.getName());
    all.put("super.users", "User:ANONYMOUS;User:super");
    all.put("auto.create.topics.enable", "false");
    all.put("default.replication.factor", "1");
    all.put("offsets.topic.replication.factor", "1");
    all.put("offsets.topic.num.partitions", "4");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("transaction.state.log.num.partitions", "4");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("log.cleaner.dedupe.buffer.size", Long.toString(16L << 20));
    all.put("log.dirs", folder.toString());
    all.putAll(settings);
    all.forEach(properties::setProperty);
  }

  static TestBroker start(Path folder, Map<String, String> settings) throws Exception {
    TestBroker broker = new TestBroker(folder, settings);
    Files.createDirectories(folder);
    try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream())) {
      new Formatter()
          .setPrintStream(nowhere)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE_ID)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .run();
    }
    broker.startServer();
    return broker;
  }

  private void startServer() {
    server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    server.startup();
  }

  /** As after a change of server.properties. */
  void restartWith(Map<String, String> settings) {
    settings.forEach(properties::setProperty);
    stopServer();
    startServer();
  }

  private void stopServer() {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Where everybody is a super user. */
  String open() {
    return "127.0.0.1:" + openPort;
  }

  /** Where a login is asked for. */
  String login() {
    return "127.0.0.1:" + loginPort;
  }

  /** What stands in daybook.yaml for that, after {@code kafka.}. */
  static Map<String, String> loginAs(String user) {
    return Map.of(
        "kafka.security.protocol", "SASL_PLAINTEXT",
        "kafka.sasl.mechanism", "PLAIN",
        "kafka.sasl.jaas.config", PLAIN + " username=\"" + user + "\" password=\"secret\";");
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    stopServer();
  }
}
