// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where the Postgres binaries are unpacked to: the user's cache, once per version. Not the shared
 * temporary folder, where another user could have put binaries of theirs.
 */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /** What needs the binaries. */
  @FunctionalInterface
  interface Launch<T> {
    T in(Path binariesDir) throws IOException;
  }

  /**
   * Runs one launch at a time, over all processes of this user: the first one unpacks, and a folder
   * that an earlier one left half-unpacked is removed, or it would be in the way for ever.
   */
  static synchronized <T> T whileUnpacked(Launch<T> launch) throws IOException {
    Path dir = Files.createDirectories(cacheDir().resolve("daybook").resolve("postgres"));
    Path lock = dir.resolve("lock");
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // until the channel is closed
      removeIncomplete(dir);
      return launch.in(dir);
    }
  }

  private static void removeIncomplete(Path dir) throws IOException {
    try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(dir, "PG-*")) {
      for (Path version : unpacked) {
        if (!Files.exists(version.resolve(".exists"))) {
          StateFolders.delete(version);
        }
      }
    }
  }

  private static Path cacheDir() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg);
    }
    return Path.of(System.getProperty("user.home"), ".cache");
  }
}
