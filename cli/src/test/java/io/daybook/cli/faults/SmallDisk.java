// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of a few megabytes in memory; to mount it takes root. */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 4096;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts it over a folder, which is made if it is missing. */
  static SmallDisk mounted(Path folder, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    run(
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "mode=0700,size=" + megabytes + "m",
        "tmpfs",
        folder.toString());
    return new SmallDisk(folder);
  }

  Path folder() {
    return folder;
  }

  /** Writes until not a block is left. */
  void fill() throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      while (folder.toFile().getUsableSpace() >= BLOCK) {
        out.write(block);
      }
    }
  }

  /** Takes away what {@link #fill} wrote. */
  void free() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    process.waitFor(30, TimeUnit.SECONDS);
    assertEquals(0, process.exitValue(), () -> String.join(" ", command));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", folder.toString());
  }
}
