// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.nio.file.Path;

/**
 * How {@code dev} runs.
 *
 * @param home the installation's folder, where {@code schemas/} is
 * @param state folder of all that it keeps
 * @param fresh forgets earlier runs first
 * @param scale of the sample data
 * @param rate of the live load, row changes a second; 0 for no load
 * @param seed of both
 * @param postgresPort 0 takes a free one, as for the others
 */
public record DevSettings(
    Path home,
    Path state,
    boolean fresh,
    int scale,
    int rate,
    long seed,
    int postgresPort,
    int kafkaPort,
    int redisPort,
    int httpPort) {
  public DevSettings {
    if (rate < 0) {
      throw new IllegalArgumentException("--rate is " + rate + "; it must be 0 or more");
    }
  }
}
