// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's PostgreSQL 15 and Redis 7, and a broker in a process of its own. */
@Tag("external")
class DebianServersIT {
  @TempDir Path folder;

  @Test
  void inOneDatabaseAndOneProcess() throws Exception {
    walk(false, false, Walk.TOGETHER);
  }

  @Test
  void onTwoServersInThreeProcesses() throws Exception {
    walk(false, true, Walk.SPLIT);
  }

  @Test
  void overTlsWithPasswordsInOneDatabaseAndThreeProcesses() throws Exception {
    walk(true, false, Walk.SPLIT);
  }

  @Test
  void overTlsWithPasswordsOnTwoServersInOneProcess() throws Exception {
    walk(true, true, Walk.TOGETHER);
  }

  private void walk(boolean secured, boolean twoServers, List<String> roles) throws Exception {
    Certificate certificate = secured ? Certificate.in(folder) : null;
    try (DebianPostgres source = DebianPostgres.start(folder, certificate);
        DebianPostgres other = twoServers ? DebianPostgres.start(folder, certificate) : null;
        Broker broker =
            Broker.start(Files.createDirectories(folder.resolve("kafka")), certificate);
        DebianRedis redis =
            DebianRedis.start(Files.createDirectories(folder.resolve("redis")), certificate)) {
      new Walk(
              source,
              twoServers ? other : source,
              twoServers ? "reports" : Walk.SOURCE_DATABASE,
              broker,
              redis,
              secured ? trusting(certificate) : List.of(),
              folder)
          .with(roles);
    }
  }

  private static List<String> trusting(Certificate certificate) {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + certificate.trustStore(),
        "-Djavax.net.ssl.trustStorePassword=" + Certificate.PASSWORD);
  }
}
