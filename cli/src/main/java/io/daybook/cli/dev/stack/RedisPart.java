// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.embedded.core.ExecutableProvider;

/**
 * Redis with an append-only file, in {@code <stateDir>/redis}.
 *
 * <p>It runs as a daemon of its own session: a child of this JVM would get the terminal's Ctrl-C at
 * the same time as we do, and be gone before the pipeline has stopped.
 */
final class RedisPart implements Part {
  private static final Duration START_WITHIN = Duration.ofSeconds(20);
  private static final Duration SIGNAL_WITHIN = Duration.ofSeconds(5);
  private static final int PING_MS_MAX = 1_000;

  private final Path dataDir;
  private final Path log;
  private final int port;
  private final String executable;
  private ServerProcess process;

  /**
   * Unpacks the program, before any other part starts a process: one that is forked while the file
   * is written keeps it open, and the kernel then refuses to run it ("text file busy").
   */
  RedisPart(Path stateDir, int port) {
    this.dataDir = dataDir(stateDir);
    this.log = stateDir.resolve("redis.log");
    this.port = port;
    try {
      this.executable = unpack();
    } catch (IOException e) {
      throw new StackException("Redis cannot be unpacked to " + dataDir + ": " + e.getMessage(), e);
    }
  }

  static Path dataDir(Path stateDir) {
    return stateDir.resolve("redis");
  }

  /** The server that runs on the data of this folder, whoever started it. */
  static Optional<ServerProcess> runningIn(Path stateDir) {
    Path dataDir = dataDir(stateDir);
    return ServerProcess.pidIn(pidFile(dataDir))
        .flatMap(pid -> ServerProcess.find(pid, line -> isOurs(line, dataDir)));
  }

  private static boolean isOurs(List<String> commandLine, Path dataDir) {
    return commandLine.contains(config(dataDir).toString());
  }

  static void end(ServerProcess redis) {
    redis.end(List.of("TERM", "KILL"), SIGNAL_WITHIN);
  }

  @Override
  public String name() {
    return "Redis";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    if (process != null) {
      return;
    }
    FreePorts.requireFree(port, name());
    try {
      Files.createDirectories(dataDir);
      Files.deleteIfExists(pidFile(dataDir));
      Files.deleteIfExists(log);
      Files.writeString(config(dataDir), configuration());
      new ProcessBuilder(executable, config(dataDir).toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .onExit()
          .join(); // the parent of the daemon: ends at once
    } catch (IOException e) {
      throw new StackException("Redis does not start in " + dataDir + ": " + e.getMessage(), e);
    }
    Await.until(START_WITHIN, () -> answers() || hasGivenUp());
    process = runningIn(dataDir.getParent()).orElse(null);
    if (process == null || !answers()) {
      stop();
      throw new StackException(
          "Redis does not come up on port %d (limit %d s). Its log, %s, ends with:%n%s"
              .formatted(port, START_WITHIN.toSeconds(), log, StateFolders.lastLines(log)));
    }
  }

  @Override
  public synchronized void stop() {
    if (process != null) {
      end(process);
      process = null;
    }
  }

  private boolean answers() {
    try (Jedis jedis = new Jedis(FreePorts.HOST, port, PING_MS_MAX)) {
      return "PONG".equals(jedis.ping());
    } catch (JedisException notYet) {
      return false;
    }
  }

  /** The daemon has logged something, after its pid, and is gone. */
  private boolean hasGivenUp() {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      return lines
          .findFirst()
          .map(line -> line.replaceFirst(":.*", ""))
          .filter(pid -> pid.matches("\\d{1,18}"))
          .map(
              pid ->
                  ServerProcess.find(Long.parseLong(pid), command -> isOurs(command, dataDir))
                      .isEmpty())
          .orElse(false);
    } catch (IOException notYet) {
      return false;
    }
  }

  private String unpack() throws IOException {
    Path binDir = Files.createDirectories(dataDir.resolve("bin"));
    return ExecutableProvider.newJarResourceProvider(binDir.toFile()).get().getPath();
  }

  private String configuration() {
    return """
    bind %s
    port %d
    daemonize yes
    pidfile "%s"
    logfile "%s"
    dir "%s"
    appendonly yes
    appendfsync everysec
    save ""
    maxmemory 256mb
    maxmemory-policy noeviction
    set-proc-title no
    """
        .formatted(FreePorts.HOST, port, pidFile(dataDir), log, dataDir);
  }

  private static Path pidFile(Path dataDir) {
    return dataDir.resolve("redis.pid");
  }

  private static Path config(Path dataDir) {
    return dataDir.resolve("redis.conf");
  }
}
