// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A Postgres whose files can be copied, back to itself or to a standby. */
final class SourceServer implements AutoCloseable {
  private final Path folder;
  private EmbeddedPostgres server;
  private int port;

  private SourceServer(Path folder) {
    this.folder = folder;
  }

  static SourceServer start(Path folder) throws IOException {
    SourceServer server = new SourceServer(folder);
    server.start();
    return server;
  }

  /** On the same port as before. */
  void start() throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder)
            .setCleanDataDirectory(false)
            .setServerConfig("wal_level", "logical");
    server = (port == 0 ? builder : builder.setPort(port)).start();
    port = server.getPort();
  }

  void stop() throws IOException {
    server.close();
    server = null;
  }

  int port() {
    return port;
  }

  String jdbcUrl() {
    return jdbcUrl(port);
  }

  static String jdbcUrl(int port) {
    return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
  }

  /** The files of a server that is stopped. */
  void copyTo(Path copy) throws IOException {
    copy(folder, copy, "none");
  }

  /** Puts back what {@link #copyTo} took; the server must be stopped. */
  void restoreFrom(Path copy) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }
        });
    copy(copy, folder, "none");
  }

  /** Starts a standby of this server that streams from it. */
  SourceServer standby(Path standbyFolder) throws IOException, SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('standby', true)");
      copy(folder, standbyFolder, "pg_replslot");
      try (ResultSet row = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(true)")) {
        row.next();
        Files.writeString(standbyFolder.resolve("backup_label"), row.getString(1));
      }
    }
    Files.delete(standbyFolder.resolve("postmaster.pid"));
    Files.writeString(
        standbyFolder.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=localhost port=" + port + " user=postgres'\n",
        StandardOpenOption.APPEND);
    Files.createFile(standbyFolder.resolve("standby.signal"));
    return start(standbyFolder);
  }

  private static void copy(Path from, Path to, String emptied) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
              throws IOException {
            Path copy = to.resolve(from.relativize(dir));
            if (!Files.exists(copy)) {
              Files.createDirectory(copy);
              Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(dir));
            }
            return dir.equals(from.resolve(emptied))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            try {
              Files.copy(
                  file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            } catch (NoSuchFileException goneMeanwhile) {
              return FileVisitResult.CONTINUE; // recovery knows how to do without it
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }
}
