// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a state folder to one process. The operating system frees the lock when the process ends,
 * however it ends; the file stays and is no sign of anything.
 */
final class StateLock implements AutoCloseable {
  private static final String FILE = "lock";

  /**
   * Folders held by this JVM. Asked before the file is opened: on POSIX closing any other channel
   * of the same file would give the lock away.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path stateDir;
  private final FileChannel channel;

  private StateLock(Path stateDir, FileChannel channel) {
    this.stateDir = stateDir;
    this.channel = channel;
  }

  /**
   * Takes the lock or fails, naming its holder.
   *
   * @param stateDir an existing folder, as a real path
   */
  static StateLock acquire(Path stateDir) {
    if (!HELD_HERE.add(stateDir)) {
      throw new StackException(
          "The folder %s is in use by another stack of this process (pid %d): close that one first."
              .formatted(stateDir, ProcessHandle.current().pid()));
    }
    boolean locked = false;
    try {
      FileChannel channel = lockedChannel(stateDir.resolve(FILE));
      locked = true;
      return new StateLock(stateDir, channel);
    } catch (IOException e) {
      throw new StackException(
          "Cannot lock the folder %s: %s. Is it writable?".formatted(stateDir, e.getMessage()), e);
    } finally {
      if (!locked) {
        HELD_HERE.remove(stateDir);
      }
    }
  }

  private static FileChannel lockedChannel(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new StackException(heldByAnother(file));
      }
      String content =
          "pid=%d%nstarted=%s%n".formatted(ProcessHandle.current().pid(), Instant.now());
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static String heldByAnother(Path file) throws IOException {
    String pid = "unknown";
    String started = "unknown";
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("pid=")) {
        pid = line.substring("pid=".length());
      } else if (line.startsWith("started=")) {
        started = line.substring("started=".length());
      }
    }
    return ("The folder %s is in use by process %s, started at %s. Stop that one with Ctrl-C in its"
            + " terminal, or with: kill %s")
        .formatted(file.getParent(), pid, started, pid);
  }

  /** Frees the folder. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StackException("Cannot free the lock of " + stateDir, e);
    } finally {
      HELD_HERE.remove(stateDir);
    }
  }
}
