// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.sink.Sink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A sink in a JVM of its own, that can be killed like one in production. */
final class SinkProcess implements AutoCloseable {
  private static final Duration KILLED_WITHIN = Duration.ofMinutes(10);

  private final Process process;

  SinkProcess(EmbeddedStack stack, SinkStage stage) throws IOException {
    this.process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                SinkProcess.class.getName(),
                stage.jdbcUrl(),
                stack.kafkaBootstrap(),
                stack.redisUri(),
                stage.rollup.name())
            .inheritIO()
            .start();
  }

  /** SIGKILL, as an out-of-memory killer does it; false when it had ended before. */
  boolean kill() throws InterruptedException {
    boolean alive = process.isAlive();
    process.destroyForcibly().waitFor();
    return alive;
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** Runs until it is killed, or until its sink ends. */
  public static void main(String[] arguments) throws Exception {
    try (Sink sink =
        new Sink(
            SinkStage.settings(arguments[0], arguments[1], arguments[2]),
            List.of(SinkStage.rollup(arguments[3])))) {
      sink.start();
      Await.until(KILLED_WITHIN, "the end", () -> sink.failure().isPresent());
    }
  }
}
