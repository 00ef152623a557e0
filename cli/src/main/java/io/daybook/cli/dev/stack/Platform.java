// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The machine, as the embedded binaries name it.
 *
 * @param os {@code linux}, {@code darwin}, {@code windows}, or another system's own name
 * @param arch processor, such as {@code x86_64} or {@code arm_64}
 * @param musl a Linux whose C library is musl (Alpine)
 */
record Platform(String os, String arch, boolean musl) {

  static Platform current() {
    return new Platform(
        osName(System.getProperty("os.name")),
        archName(System.getProperty("os.arch")),
        Files.exists(Path.of("/etc/alpine-release")));
  }

  /** Fails, naming the platform and the way out, when no binary for it is on the class path. */
  void requireBinaries() {
    String archive = postgresArchive();
    if (os.equals("windows") || Platform.class.getClassLoader().getResource(archive) == null) {
      throw new StackException(
          ("No embedded Postgres for %s (no %s on the class path), so `daybook dev` and the"
                  + " integration tests cannot run here. Use servers of your own instead: write"
                  + " their addresses into a daybook.yaml and start `daybook run --config"
                  + " daybook.yaml`, or use docker/compose.yaml.")
              .formatted(this, archive));
    }
  }

  String postgresArchive() {
    return "postgres-%s-%s%s.txz".formatted(os, arch, musl ? "-alpine_linux" : "");
  }

  @Override
  public String toString() {
    return os + "/" + arch + (musl ? " (musl)" : "");
  }

  private static String osName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("mac")) {
      return "darwin";
    }
    return lower.startsWith("windows") ? "windows" : lower.replace(' ', '_');
  }

  private static String archName(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "arm_64";
      default -> name;
    };
  }
}
