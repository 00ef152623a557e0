// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Postgres with logical decoding, in {@code <stateDir>/postgres}, log beside it.
 *
 * <p>It is set as durable as a production server: the library's own {@code fsync=off} and {@code
 * synchronous_commit=off} would flatter every measurement and lose commits in a crash.
 */
final class PostgresPart implements Part {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresPart.class);
  private static final Duration START_WITHIN = Duration.ofSeconds(60);
  private static final String LOGIN_SECONDS_MAX = "10";
  private static final Duration SIGNAL_WITHIN = Duration.ofSeconds(10);

  /** Fast shutdown (drops clients, checkpoints), immediate shutdown, kill. */
  private static final List<String> STOP_SIGNALS = List.of("INT", "QUIT", "KILL");

  /** Values without blanks: they travel through a shell. */
  private static final Map<String, String> CONFIG =
      Map.of(
          "listen_addresses", FreePorts.HOST,
          "unix_socket_directories", "",
          "wal_level", "logical",
          "max_replication_slots", "20",
          "max_wal_senders", "20",
          "max_wal_size", "2GB",
          "fsync", "on",
          "synchronous_commit", "on",
          "log_checkpoints", "off");

  private final Path dataDir;
  private final Path log;
  private final Path complete;
  private final int port;
  private EmbeddedPostgres server;

  PostgresPart(Path stateDir, int port) {
    this.dataDir = dataDir(stateDir);
    this.log = stateDir.resolve("postgres.log");
    this.complete = stateDir.resolve("postgres.complete");
    this.port = port;
  }

  static Path dataDir(Path stateDir) {
    return stateDir.resolve("postgres");
  }

  /** The postmaster that runs on the data of this folder, whoever started it. */
  static Optional<ServerProcess> runningIn(Path stateDir) {
    String dataDir = dataDir(stateDir).toString();
    return ServerProcess.pidIn(pidFile(stateDir))
        .flatMap(
            pid ->
                ServerProcess.find(
                    pid,
                    line ->
                        !line.isEmpty()
                            && line.get(0).endsWith("postgres")
                            && line.contains(dataDir)));
  }

  /**
   * Removes a pid file whose number now belongs to another program, at which Postgres would refuse
   * to start. One whose process is gone is left to Postgres, which first looks for backends.
   */
  static void forgetRecycledPid(Path stateDir) {
    boolean recycled =
        ServerProcess.pidIn(pidFile(stateDir)).flatMap(ProcessHandle::of).isPresent()
            && runningIn(stateDir).isEmpty();
    try {
      if (recycled) {
        Files.deleteIfExists(pidFile(stateDir));
      }
    } catch (IOException e) {
      throw new StackException("Cannot remove the stale " + pidFile(stateDir), e);
    }
  }

  private static Path pidFile(Path stateDir) {
    return dataDir(stateDir).resolve("postmaster.pid");
  }

  static void end(ServerProcess postmaster) {
    postmaster.end(STOP_SIGNALS, SIGNAL_WITHIN);
  }

  @Override
  public String name() {
    return "Postgres";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    if (server != null) {
      return;
    }
    FreePorts.requireFree(port, name());
    try {
      if (!Files.exists(complete)) {
        StateFolders.delete(dataDir); // an initdb that was cut short
      }
      Files.deleteIfExists(log);
      server = PostgresBinaries.whileUnpacked(this::launch);
      Files.write(complete, new byte[0]);
    } catch (IOException | RuntimeException e) {
      runningIn(dataDir.getParent()).ifPresent(PostgresPart::end);
      throw new StackException(
          "Postgres does not start on port %d in %s: %s. Its log, %s, ends with:%n%s"
              .formatted(port, dataDir, e.getMessage(), log, StateFolders.lastLines(log)),
          e);
    }
  }

  private EmbeddedPostgres launch(Path binariesDir) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(binariesDir.toFile())
            .setDataDirectory(dataDir)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(START_WITHIN)
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8")
            .setConnectConfig("loginTimeout", LOGIN_SECONDS_MAX)
            .setConnectConfig("socketTimeout", LOGIN_SECONDS_MAX)
            .setPort(port);
    CONFIG.forEach(builder::setServerConfig);
    return builder.start();
  }

  @Override
  public synchronized void stop() {
    if (server == null) {
      return;
    }
    try {
      runningIn(dataDir.getParent()).ifPresent(PostgresPart::end);
      server.close();
    } catch (IOException e) {
      LOG.warn("Postgres has ended; its lock in {} could not be freed", dataDir, e);
    } finally {
      server = null;
    }
  }
}
