// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** The embedded servers one by one, for tests that end and start each on its own. */
public final class SingleServers {
  private SingleServers() {}

  /** A Postgres that is not started yet, in {@code <stateDir>/postgres}. */
  public static Part postgres(Path stateDir, int port) {
    return new PostgresPart(stateDir, port);
  }

  /** A Redis that is not started yet, in {@code <stateDir>/redis}. */
  public static Part redis(Path stateDir, int port) {
    return new RedisPart(stateDir, port);
  }

  /** Process id of the postmaster that runs on the folder. */
  public static Optional<Long> postgresPid(Path stateDir) {
    return PostgresPart.runningIn(stateDir).map(ServerProcess::pid);
  }

  /** Process id of the Redis that runs on the folder. */
  public static Optional<Long> redisPid(Path stateDir) {
    return RedisPart.runningIn(stateDir).map(ServerProcess::pid);
  }

  /** Settings of a node as {@code dev} runs it. */
  public static Properties kafka(Path dataDir, int port, int controllerPort) {
    return KafkaProperties.of(dataDir, port, controllerPort);
  }

  /** A port for servers, never given to an outgoing connection. */
  public static int freePort(String what) {
    return PORTS.claim(0, what);
  }

  private static final FreePorts PORTS = new FreePorts();
}
