// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Collectors;

/** The two files by which others find a running {@code dev}. */
final class Published implements AutoCloseable {
  private final Path config;
  private final Path environment;

  Published(Path state) {
    this.config = state.resolve("dev.yaml");
    this.environment = state.resolve("dev.env");
  }

  /** Writes the configuration, without telling anyone yet. */
  static Path writeConfig(Path file, Map<String, String> settings) throws IOException {
    String yaml =
        settings.entrySet().stream()
            .map(each -> each.getKey() + ": \"" + each.getValue() + "\"\n")
            .collect(Collectors.joining());
    return write(file, "# SPDX-License-Identifier: Apache-2.0\n" + yaml);
  }

  /** Both files appear whole or not at all. */
  void publish(Map<String, String> settings, Map<String, String> variables) throws IOException {
    writeConfig(config, settings);
    String lines =
        variables.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue() + "\n")
            .collect(Collectors.joining());
    write(environment, lines);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(environment);
    Files.deleteIfExists(config);
  }

  private static Path write(Path file, String text) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, text);
    return Files.move(
        whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
