// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A cluster of the PostgreSQL 15 that Debian packages, in a folder of its own. */
final class DebianPostgres implements Postgres {
  private static final String BIN = "/usr/lib/postgresql/15/bin/";

  /** It refuses to run as root; the package has made this user. */
  private static final List<String> AS_POSTGRES =
      List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups");

  private final Path folder;
  private final Path logs;
  private final int port;
  private final Certificate certificate;
  private Process process;

  private DebianPostgres(Path folder, Path logs, int port, Certificate certificate) {
    this.folder = folder;
    this.logs = logs;
    this.port = port;
    this.certificate = certificate;
  }

  /**
   * Makes a cluster and starts it.
   *
   * @param logs a folder; the cluster itself is where its own user gets to
   * @param certificate null where everybody is let in in clear text; otherwise only over TLS and
   *     with a password
   */
  static DebianPostgres start(Path logs, Certificate certificate) throws Exception {
    Servers.required(BIN + "postgres");
    Path folder = Files.createTempDirectory("daybook-postgres");
    DebianPostgres postgres = new DebianPostgres(folder, logs, Servers.freePort(), certificate);
    postgres.initialise();
    postgres.launch();
    return postgres;
  }

  private void initialise() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("password"), PASSWORD);
    if (certificate != null) {
      Files.copy(certificate.pem(), folder.resolve("server.pem"));
      Files.copy(certificate.keyPem(), folder.resolve("server.key"));
      Files.setPosixFilePermissions(
          folder.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
    }
    if (isRoot()) {
      Servers.run(log("chown"), List.of("chown", "-R", "postgres:postgres", folder.toString()));
    }
    Servers.run(
        log("initdb"),
        command(
            "initdb",
            "-D",
            data(),
            "-U",
            SUPERUSER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--auth=" + (certificate == null ? "trust" : "scram-sha-256"),
            "--pwfile=" + folder.resolve("password")));
    if (certificate != null) {
      Files.writeString(
          folder.resolve("data/pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    }
  }

  private void launch() throws Exception {
    List<String> command = command("postgres", "-D", data(), "-p", Integer.toString(port));
    Map<String, String> settings =
        Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "wal_level", "logical",
            "max_replication_slots", "8",
            "max_wal_senders", "8");
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    if (certificate != null) {
      command.addAll(
          List.of("-c", "ssl=on", "-c", "ssl_cert_file=" + folder.resolve("server.pem")));
      command.addAll(List.of("-c", "ssl_key_file=" + folder.resolve("server.key")));
    }
    Path log = log("postgres");
    process = Servers.start(log, command);
    Servers.awaitUp("Postgres", process, log, this::answers);
  }

  private boolean answers() {
    try (Connection connection = connect(SUPERUSER, "postgres")) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private static List<String> command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(AS_POSTGRES);
    }
    command.add(BIN + program);
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private Path log(String name) {
    return logs.resolve(name + "-" + port + ".log");
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String parameters() {
    return certificate == null ? "" : "?sslmode=verify-full&sslrootcert=" + certificate.pem();
  }

  /** A fast shutdown. */
  @Override
  public void close() throws Exception {
    Servers.end(process, "INT");
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
