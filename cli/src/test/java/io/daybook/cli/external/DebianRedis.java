// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Redis 7 that Debian packages. */
final class DebianRedis implements AutoCloseable {
  private static final String PROGRAM = "/usr/bin/redis-server";
  private static final String PASSWORD = "Secret0of1the2cache";

  private final Process process;
  private final String uri;

  private DebianRedis(Process process, String uri) {
    this.process = process;
    this.uri = uri;
  }

  /**
   * Starts it.
   *
   * @param certificate null for clear text and everybody; otherwise TLS and one user, who may do
   *     nothing but what versions and their sentinel need
   */
  static DebianRedis start(Path folder, Certificate certificate) throws Exception {
    Servers.required(PROGRAM);
    int port = Servers.freePort();
    List<String> settings =
        new ArrayList<>(List.of("bind 127.0.0.1", "dir \"" + folder + "\"", "save \"\""));
    if (certificate == null) {
      settings.add("port " + port);
    } else {
      settings.addAll(
          List.of(
              "port 0",
              "tls-port " + port,
              "tls-cert-file " + certificate.pem(),
              "tls-key-file " + certificate.keyPem(),
              "tls-ca-cert-file " + certificate.pem(),
              "tls-auth-clients no",
              "user default off",
              "user sink on >"
                  + PASSWORD
                  + " ~analytics:v1:ver:* ~daybook:sentinel:* "
                  + "+ping +incr +get +set +eval +hmget +hincrby +hset"));
    }
    Path file = Files.write(folder.resolve("redis.conf"), settings);
    Path log = folder.resolve("redis.log");
    Process process = Servers.start(log, List.of(PROGRAM, file.toString()));
    Servers.awaitUp("Redis", process, log, () -> listens(port));
    return new DebianRedis(
        process,
        certificate == null
            ? "redis://localhost:" + port
            : "rediss://sink:" + PASSWORD + "@localhost:" + port);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  String uri() {
    return uri;
  }

  @Override
  public void close() throws Exception {
    Servers.end(process, "TERM");
  }
}
