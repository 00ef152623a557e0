// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program, any verb, in a JVM of its own as a user starts it. */
public final class DaybookProcess implements AutoCloseable {
  private static final Duration VERB_LIMIT = Duration.ofMinutes(3);

  private final String verb;
  private final Path out;
  private final Path err;
  private final Process process;

  private DaybookProcess(String verb, Path out, Path err, Process process) {
    this.verb = verb;
    this.out = out;
    this.err = err;
    this.process = process;
  }

  /**
   * Where and how programs are started.
   *
   * @param folder working directory, with daybook.yaml, the logs and what the programs say
   * @param jvmOptions for each of them
   */
  public record Place(Path folder, List<String> jvmOptions) {

    /** Starts a verb. */
    public DaybookProcess start(String... arguments) throws IOException {
      Path out = Files.createTempFile(folder, arguments[0] + "-", ".out");
      Path err = Files.createTempFile(folder, arguments[0] + "-", ".err");
      List<String> command = new ArrayList<>();
      command.add(ProcessHandle.current().info().command().orElseThrow());
      command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
      command.add("-Ddaybook.home=" + folder);
      command.add("-Dlogback.configurationFile=logback.xml"); // not that of the tests
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("DAYBOOK_"));
      return new DaybookProcess(arguments[0], out, err, builder.start());
    }

    /** Runs a verb to its end and returns what it printed; it must end with that code. */
    public String run(int code, String... arguments) throws IOException, InterruptedException {
      try (DaybookProcess verb = start(arguments)) {
        assertEquals(
            code, verb.awaitEnd(VERB_LIMIT), () -> String.join(" ", arguments) + verb.said());
        return Files.readString(verb.out);
      }
    }

    /** The same for a verb with --json: the object on the last line. */
    public JsonNode json(int code, String... arguments) throws IOException, InterruptedException {
      List<String> lines = run(code, arguments).lines().toList();
      return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }
  }

  /** The exit code. */
  public int awaitEnd(Duration limit) throws InterruptedException {
    assertTrue(
        process.waitFor(limit.toSeconds(), TimeUnit.SECONDS),
        () -> verb + " has not ended within " + limit + ": " + said());
    return process.exitValue();
  }

  /** Fails when it has ended by itself. */
  public void requireAlive() {
    assertTrue(process.isAlive(), () -> verb + " has ended: " + said());
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL, as an out-of-memory killer does it; comes back when the process is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends a signal by its name without SIG. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Asks it to end as an init system does; returns the exit code. */
  public int terminate(Duration limit) throws InterruptedException {
    process.destroy();
    return awaitEnd(limit);
  }

  /** What it said, on both streams. */
  public String said() {
    try {
      return "\n" + Files.readString(out) + Files.readString(err);
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
