// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the embedded servers live and listen.
 *
 * @param stateDir folder of data, pid files and the lock; kept over restarts
 * @param postgresPort port on 127.0.0.1; 0 takes a free one, as for the other two
 * @param fresh wipes the data of an earlier run first
 */
public record StackSettings(
    Path stateDir, int postgresPort, int kafkaPort, int redisPort, boolean fresh) {

  public StackSettings {
    Objects.requireNonNull(stateDir, "stateDir");
    requirePort("postgresPort", postgresPort);
    requirePort("kafkaPort", kafkaPort);
    requirePort("redisPort", redisPort);
  }

  /** Free ports; what an earlier run left in the folder is kept. */
  public static StackSettings in(Path stateDir) {
    return new StackSettings(stateDir, 0, 0, 0, false);
  }

  private static void requirePort(String name, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          name + " is " + port + ": it must be between 0 (take a free one) and 65535");
    }
  }
}
