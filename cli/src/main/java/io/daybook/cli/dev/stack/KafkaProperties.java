// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.nio.file.Path;
import java.util.Properties;

/** Settings of the one-node broker: what production defaults would be wrong for on one machine. */
final class KafkaProperties {
  static final int NODE_ID = 1;
  static final String CONTROLLER = "CONTROLLER";
  private static final String BROKER = "PLAINTEXT";

  /**
   * After a kill the broker may register again only when its old session is over, so this bounds a
   * restart; yet a pause of the JVM longer than this takes the partitions offline for a moment.
   */
  private static final int SESSION_TIMEOUT_MS = 9_000;

  private static final int HEARTBEAT_MS = 500;
  private static final long SEGMENT_BYTES = 64L << 20;
  private static final long CLEANER_BUFFER_BYTES = 16L << 20;

  /** How soon a transaction that meets the end of the one before it looks again; default 20. */
  private static final int TXN_RETRY_MS = 2;

  private static final int TRANSACTION_TIMEOUT_MS_MAX = 15 * 60 * 1000;

  private KafkaProperties() {}

  static Properties of(Path dataDir, int port, int controllerPort) {
    Properties properties = new Properties();
    network(properties, port, controllerPort);
    oneNode(properties);
    smallMachine(properties);
    properties.setProperty("log.dirs", dataDir.toString());
    return properties;
  }

  private static void network(Properties to, int port, int controllerPort) {
    String broker = "%s://%s:%d".formatted(BROKER, FreePorts.HOST, port);
    String controller = "%s:%d".formatted(FreePorts.HOST, controllerPort);
    to.setProperty("process.roles", "broker,controller");
    to.setProperty("node.id", Integer.toString(NODE_ID));
    to.setProperty("controller.quorum.voters", NODE_ID + "@" + controller);
    to.setProperty("controller.listener.names", CONTROLLER);
    to.setProperty("listeners", broker + "," + CONTROLLER + "://" + controller);
    to.setProperty("advertised.listeners", broker);
    to.setProperty("inter.broker.listener.name", BROKER);
    to.setProperty(
        "listener.security.protocol.map", BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    to.setProperty("broker.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MS));
    to.setProperty("broker.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MS));
  }

  private static void oneNode(Properties to) {
    to.setProperty("auto.create.topics.enable", "false");
    to.setProperty("num.partitions", "4");
    to.setProperty("default.replication.factor", "1");
    to.setProperty("min.insync.replicas", "1");
    to.setProperty("offsets.topic.replication.factor", "1");
    to.setProperty("offsets.topic.num.partitions", "4");
    to.setProperty("transaction.state.log.replication.factor", "1");
    to.setProperty("transaction.state.log.min.isr", "1");
    to.setProperty("transaction.state.log.num.partitions", "4");
    to.setProperty("transaction.max.timeout.ms", Integer.toString(TRANSACTION_TIMEOUT_MS_MAX));
    to.setProperty("share.coordinator.state.topic.replication.factor", "1");
    to.setProperty("share.coordinator.state.topic.min.isr", "1");
    to.setProperty("group.initial.rebalance.delay.ms", "0");
    to.setProperty("add.partitions.to.txn.retry.backoff.ms", Integer.toString(TXN_RETRY_MS));
  }

  private static void smallMachine(Properties to) {
    to.setProperty("num.network.threads", "2");
    to.setProperty("num.io.threads", "4");
    to.setProperty("log.segment.bytes", Long.toString(SEGMENT_BYTES));
    to.setProperty("log.index.size.max.bytes", Long.toString(1L << 20));
    to.setProperty("log.cleaner.threads", "1");
    to.setProperty("log.cleaner.dedupe.buffer.size", Long.toString(CLEANER_BUFFER_BYTES));
  }
}
