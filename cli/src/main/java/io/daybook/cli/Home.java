// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the installation lies on disk. */
public final class Home {
  private Home() {}

  /** The folder of the launcher, or the working directory where there was none. */
  public static Path path() {
    return Path.of(System.getProperty("daybook.home", "")).toAbsolutePath().normalize();
  }

  /** What {@code dev} keeps, and the logs of all verbs; -Ddaybook.state moves it. */
  public static Path state() {
    String state = System.getProperty("daybook.state");
    return state == null ? path().resolve(".daybook") : Path.of(state).toAbsolutePath();
  }

  /** The configuration that a running {@code dev} publishes. */
  static Path devConfig() {
    return state().resolve("dev.yaml");
  }

  /** The configuration when none is named: ./daybook.yaml, a running dev's, or null. */
  static Path defaultConfig() {
    Path here = Path.of("daybook.yaml");
    if (Files.exists(here)) {
      return here;
    }
    return Files.exists(devConfig()) ? devConfig() : null;
  }
}
