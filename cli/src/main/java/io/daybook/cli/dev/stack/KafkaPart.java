// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka node, broker and controller, inside this JVM, in {@code <stateDir>/kafka}. It dies with
 * the JVM and so leaves nothing behind.
 */
final class KafkaPart implements Part {
  private final Path dataDir;
  private final int port;
  private final int controllerPort;
  private KafkaRaftServer server;

  KafkaPart(Path stateDir, int port, int controllerPort) {
    this.dataDir = dataDir(stateDir);
    this.port = port;
    this.controllerPort = controllerPort;
  }

  static Path dataDir(Path stateDir) {
    return stateDir.resolve("kafka");
  }

  @Override
  public String name() {
    return "Kafka";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    if (server != null) {
      return;
    }
    FreePorts.requireFree(port, name());
    try {
      if (!Files.exists(dataDir.resolve("meta.properties"))) {
        format();
      }
      KafkaConfig config =
          KafkaConfig.fromProps(KafkaProperties.of(dataDir, port, controllerPort), false);
      server = new KafkaRaftServer(config, Time.SYSTEM);
      server.startup();
    } catch (Exception e) {
      stop();
      throw new StackException(
          "Kafka does not start on port %d in %s: %s".formatted(port, dataDir, e.getMessage()), e);
    }
  }

  private void format() throws Exception {
    Files.createDirectories(dataDir);
    try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream())) {
      new Formatter()
          .setPrintStream(nowhere)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(KafkaProperties.NODE_ID)
          .setControllerListenerName(KafkaProperties.CONTROLLER)
          .setMetadataLogDirectory(dataDir.toString())
          .addDirectory(dataDir.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .run();
    }
  }

  @Override
  public synchronized void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }
}
