// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.dev.stack.EmbeddedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;

/** What can happen to the Redis of an embedded stack and to its data. */
final class RedisFaults {
  private final EmbeddedStack stack;
  private final Path home;

  /**
   * @param folder of the stack
   */
  RedisFaults(EmbeddedStack stack, Path folder) {
    this.stack = stack;
    this.home = folder.resolve("redis");
  }

  /** SIGKILL; returns once it is gone. */
  void kill() throws Exception {
    ProcessHandle process = process();
    process.destroyForcibly();
    process.onExit().get(20, TimeUnit.SECONDS);
    stack.redis().stop();
  }

  void start() {
    stack.redis().start();
  }

  void loseData() throws IOException {
    Files.delete(home.resolve("appendonly.aof"));
  }

  /** A copy of the data as it is now, for {@link #restore}. */
  Path copy() throws IOException {
    Path copy = Files.createTempFile(home, "earlier", ".aof");
    return Files.copy(home.resolve("appendonly.aof"), copy, StandardCopyOption.REPLACE_EXISTING);
  }

  void restore(Path copy) throws IOException {
    Files.copy(copy, home.resolve("appendonly.aof"), StandardCopyOption.REPLACE_EXISTING);
  }

  void flush() {
    try (Jedis redis = new Jedis(stack.host(), stack.redisPort())) {
      redis.flushAll();
    }
  }

  /** SIGSTOP or SIGCONT, as {@code STOP} and {@code CONT}. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process().pid())).start().waitFor();
  }

  private ProcessHandle process() throws IOException {
    String pid = Files.readString(home.resolve("redis.pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }
}
