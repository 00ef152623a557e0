// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What was measured on.
 *
 * @param processor as /proc/cpuinfo names it; the architecture elsewhere
 * @param memoryGib of the machine; 0 where that cannot be told
 */
record Machine(String processor, int cores, long memoryGib, String system, String java) {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final long KIB_PER_GIB = 1L << 20;

  static Machine here() throws IOException {
    String memory = field(MEMORY, "MemTotal", "0 kB");
    return new Machine(
        field(CPU, "model name", System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        Math.round(Long.parseLong(memory.split(" ")[0]) / (double) KIB_PER_GIB),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.version().toString());
  }

  private static String field(Path file, String name, String otherwise) throws IOException {
    if (!Files.exists(file)) {
      return otherwise;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    }
  }

  @Override
  public String toString() {
    return "%d cores of %s, %d GiB, %s, Java %s"
        .formatted(cores, processor, memoryGib, system, java);
  }
}
