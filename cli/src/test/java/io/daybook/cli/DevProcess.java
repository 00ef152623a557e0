// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.config.PostgresUri;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;
import redis.clients.jedis.Jedis;

/** The program, {@code daybook dev}, in a JVM of its own with its state in a folder of the test. */
final class DevProcess implements AutoCloseable {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private final Path state;
  private final Path out;
  private final Path err;
  private final Process process;

  private DevProcess(Path state, Path out, Path err, Process process) {
    this.state = state;
    this.out = out;
    this.err = err;
    this.process = process;
  }

  static DevProcess start(Path state, String... options) throws IOException {
    Path out = Files.createTempFile(state.getParent(), "dev", ".out");
    Path err = Files.createTempFile(state.getParent(), "dev", ".err");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx1g");
    command.add("-Ddaybook.home=" + HOME);
    command.add("-Ddaybook.state=" + state);
    command.add("-Ddaybook.logs=" + state.resolve("logs"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.add("dev");
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new DevProcess(state, out, err, process);
  }

  long pid() {
    return process.pid();
  }

  Path config() {
    return state.resolve("dev.yaml");
  }

  private Path environmentFile() {
    return state.resolve("dev.env");
  }

  /**
   * Waits until it has published its addresses, which it does when the initial load is complete.
   */
  DevProcess awaitPublished(Duration limit) throws Exception {
    String pid = Long.toString(pid());
    await(
        limit,
        "dev to publish its addresses",
        () -> {
          assertTrue(process.isAlive(), () -> "dev has ended: " + said());
          return Files.exists(environmentFile())
              && pid.equals(environment().get("DAYBOOK_DEV_PID"));
        });
    return this;
  }

  /** The exit code. */
  int awaitEnd(Duration limit) throws InterruptedException {
    assertTrue(
        process.waitFor(limit.toSeconds(), TimeUnit.SECONDS),
        () -> "dev has not ended within " + limit + ": " + said());
    return process.exitValue();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  /** What it said on stderr. */
  String said() {
    try {
      return Files.readString(err);
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }

  Map<String, String> environment() throws IOException {
    return Files.readAllLines(environmentFile()).stream()
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  /** A connection as the owner of source and target. */
  Connection owner() throws SQLException, IOException {
    return PostgresUri.parse(environment().get("DAYBOOK_DEV_SOURCE_URL"))
        .dataSource()
        .getConnection();
  }

  /** A connection that may take any role: the embedded Postgres trusts its superuser. */
  Connection superuser() throws SQLException, IOException {
    URI owner = URI.create(environment().get("DAYBOOK_DEV_TARGET_URL"));
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {owner.getHost()});
    source.setPortNumbers(new int[] {owner.getPort()});
    source.setDatabaseName(owner.getPath().substring(1));
    source.setUser("postgres");
    return source.getConnection();
  }

  Jedis redis() throws IOException {
    return new Jedis(URI.create(environment().get("DAYBOOK_DEV_REDIS")));
  }

  /** Whether dev.yaml or dev.env is there. */
  static boolean publishedIn(Path state) {
    return Files.exists(state.resolve("dev.yaml")) || Files.exists(state.resolve("dev.env"));
  }

  /** Command lines of the processes, servers or dev, that run on the folder. */
  static List<String> runningIn(Path state) {
    return ProcessHandle.allProcesses()
        .map(DevProcess::commandLine)
        .filter(line -> line.contains(state.toString()))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      Path line = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return new String(Files.readAllBytes(line), StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException endedOrNoProc) {
      return process.info().commandLine().orElse("");
    }
  }

  static void await(Duration limit, String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < deadline, () -> "waited " + limit + " in vain for " + what);
      Thread.sleep(20);
    }
  }

  /** Ends it, gently at first, so that no server outlives a failed test. */
  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
