// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What the starters of servers have in common. */
final class Servers {
  private static final Duration UP_WITHIN = Duration.ofSeconds(60);
  private static final Duration DOWN_WITHIN = Duration.ofSeconds(30);

  /** Below the range from which the kernel takes the ports of outgoing connections. */
  private static final int LOWEST_PORT = 20_000;

  private static final int HIGHEST_PORT = 32_000;

  private Servers() {}

  /** Missing servers are a failure, never a skipped test. */
  static Path required(String program) {
    assertTrue(
        Files.isExecutable(Path.of(program)),
        program + " is missing: run .ci/external-servers, which installs it, and try again");
    return Path.of(program);
  }

  static int freePort() {
    for (int tries = 0; tries < 200; tries++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        return port;
      } catch (IOException inUse) {
        // The next one.
      }
    }
    throw new AssertionError("no free port on loopback");
  }

  /** Starts a server that says what it has to say into a file. */
  static Process start(Path log, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Runs a program to its good end. */
  static void run(Path log, List<String> command) throws IOException, InterruptedException {
    Process process = start(log, command);
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> command + " has not ended");
    assertEquals(0, process.exitValue(), () -> command + ": " + text(log));
  }

  static void awaitUp(String what, Process process, Path log, Callable<Boolean> answers)
      throws Exception {
    long deadline = System.nanoTime() + UP_WITHIN.toNanos();
    while (!answers.call()) {
      assertTrue(process.isAlive(), () -> what + " has ended: " + text(log));
      assertTrue(System.nanoTime() < deadline, () -> what + " does not answer: " + text(log));
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Ends a server with a signal, or with KILL where that does not help. */
  static void end(Process process, String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    if (!process.waitFor(DOWN_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }
}
