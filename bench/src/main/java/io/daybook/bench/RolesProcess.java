// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import io.daybook.cli.Home;
import io.daybook.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code daybook run}, all roles in one JVM as the launcher starts it. */
final class RolesProcess implements AutoCloseable {
  private static final long END_SECONDS_MAX = 60;
  private static final long KIB_PER_MIB = 1024;

  private final Process process;
  private final Path said;

  private RolesProcess(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  static RolesProcess start(Path folder, Path config) throws IOException {
    Path said = folder.resolve("run.out");
    ProcessBuilder builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-Ddaybook.home=" + Home.path(),
                "-Ddaybook.logs=" + folder.resolve("logs"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DAYBOOK_"));
    return new RolesProcess(builder.start(), said);
  }

  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      List<String> lines = Files.readAllLines(said);
      throw new IllegalStateException(
          "'daybook run' has ended: "
              + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
    }
  }

  /**
   * Begins to look for the most memory that it holds.
   *
   * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html">5 resets the
   *     peak</a>
   */
  void watchMemory() throws IOException {
    Files.writeString(proc("clear_refs"), "5");
  }

  /** The most resident memory since {@link #watchMemory}, heap and native together. */
  double peakMib() throws IOException {
    String line =
        Files.readAllLines(proc("status")).stream()
            .filter(each -> each.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) / (double) KIB_PER_MIB;
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
