// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;

/** A PostgreSQL of another major, from the binaries that the build has put beside its output. */
final class PackagedPostgres implements Postgres {
  private final EmbeddedPostgres server;

  private PackagedPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Unpacks and starts it in a folder; everybody is let in. */
  static PackagedPostgres start(int major, Path folder) throws Exception {
    Path jar = Path.of("target", "postgres", "postgres-" + major + ".jar");
    assertTrue(
        Files.exists(jar), jar + " is missing: the profile puts it there, run mvn with -Pexternal");
    try (ZipFile binaries = new ZipFile(jar.toFile())) {
      EmbeddedPostgres server =
          EmbeddedPostgres.builder()
              .setPgBinaryResolver((system, machine) -> archive(binaries))
              .setOverrideWorkingDirectory(Files.createDirectories(folder.resolve("bin")).toFile())
              .setDataDirectory(folder.resolve("data"))
              .setPort(Servers.freePort())
              .setServerConfig("wal_level", "logical")
              .setServerConfig("listen_addresses", "127.0.0.1")
              .start();
      PackagedPostgres postgres = new PackagedPostgres(server);
      assertEquals(
          Integer.toString(major),
          postgres.one(
              SUPERUSER, "postgres", "SELECT current_setting('server_version_num')::int / 10000"));
      return postgres;
    }
  }

  private static InputStream archive(ZipFile binaries) throws java.io.IOException {
    return binaries.getInputStream(
        binaries.stream()
            .filter(entry -> entry.getName().endsWith(".txz"))
            .findFirst()
            .orElseThrow());
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public String parameters() {
    return "";
  }

  @Override
  public void close() throws Exception {
    server.close();
  }
}
