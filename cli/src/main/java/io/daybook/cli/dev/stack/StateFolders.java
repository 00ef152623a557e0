// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files and folders of the stack on disk. */
final class StateFolders {
  private static final int LOG_LINES_MAX = 15;

  private StateFolders() {}

  /** Creates the folder if need be and returns its one real path, free of symbolic links. */
  static Path open(Path stateDir) {
    try {
      return Files.createDirectories(stateDir.toAbsolutePath()).toRealPath();
    } catch (IOException e) {
      throw new StackException(
          "Cannot create the state folder %s: %s".formatted(stateDir, e.getMessage()), e);
    }
  }

  /** Local state of Kafka Streams: worthless without the broker's data, and the other way round. */
  static Path streams(Path stateDir) {
    return stateDir.resolve("streams");
  }

  /** Removes the data of all servers; the lock and foreign files stay. */
  static void wipe(Path stateDir) {
    try {
      delete(PostgresPart.dataDir(stateDir));
      delete(KafkaPart.dataDir(stateDir));
      delete(RedisPart.dataDir(stateDir));
      delete(streams(stateDir));
    } catch (IOException e) {
      throw new StackException(
          "Cannot remove the old data in %s: %s".formatted(stateDir, e.getMessage()), e);
    }
  }

  /** Removes a folder with all that is in it; fine when there is none. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  /** The end of a log, for an error message. */
  static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_LINES_MAX), lines.size()));
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }
}
