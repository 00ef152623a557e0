// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A server process that is proven to be ours by its command line: a pid from a file alone may by
 * now belong to any other program.
 *
 * @param handle the process; it knows its start time too, and so is not taken in by a reused pid
 */
record ServerProcess(ProcessHandle handle) {

  /** The process of this pid if it runs and its command line proves that it is ours. */
  static Optional<ServerProcess> find(long pid, Predicate<List<String>> ours) {
    return ProcessHandle.of(pid)
        .filter(handle -> ours.test(commandLine(handle)))
        .map(ServerProcess::new)
        .filter(ServerProcess::alive);
  }

  /** The number on the first line of a pid file, if there is such a file. */
  static Optional<Long> pidIn(Path pidFile) {
    try (Stream<String> lines = Files.lines(pidFile)) {
      return lines
          .findFirst()
          .map(String::trim)
          .filter(s -> s.matches("\\d{1,18}"))
          .map(Long::valueOf);
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  long pid() {
    return handle.pid();
  }

  /** False also for a zombie: in a container there may be nobody to reap it. */
  boolean alive() {
    return handle.isAlive() && !isZombie();
  }

  private boolean isZombie() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException endedOrNoProc) {
      return false;
    }
  }

  /** Sends the signals one after the other, each with its time to take effect. */
  void end(List<String> signals, Duration each) {
    for (String signal : signals) {
      if (!alive()) {
        return;
      }
      send(signal);
      if (Await.until(each, () -> !alive())) {
        return;
      }
    }
    throw new StackException(
        "Process %d (%s) does not end on signals %s, %d s each. End it by hand: kill -9 %d"
            .formatted(
                pid(), String.join(" ", commandLine(handle)), signals, each.toSeconds(), pid()));
  }

  private void send(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new StackException("Cannot run: kill -" + signal + " " + pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while ending process " + pid(), e);
    }
  }

  /** Arguments of a running process; empty when they cannot be seen. */
  private static List<String> commandLine(ProcessHandle handle) {
    Path proc = Path.of("/proc", Long.toString(handle.pid()), "cmdline");
    if (Files.isDirectory(Path.of("/proc/self"))) {
      try {
        String line = new String(Files.readAllBytes(proc), StandardCharsets.UTF_8);
        return Stream.of(line.split("\0")).filter(s -> !s.isEmpty()).toList();
      } catch (IOException ended) {
        return List.of();
      }
    }
    ProcessHandle.Info info = handle.info();
    return Stream.concat(info.command().stream(), info.arguments().stream().flatMap(Stream::of))
        .toList();
  }
}
