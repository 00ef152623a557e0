// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.DaybookProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One role in a JVM of its own, with a folder of its own as on a machine of its own. What ends by
 * itself is started again by {@link #superviseOnce}, as an init system does it.
 */
final class RoleProcess implements AutoCloseable {
  private static final Duration RESTARTED_AFTER = Duration.ofSeconds(2);
  private static final int ENDS_MAX = 100;

  private final String role;
  private final String name;
  private final DaybookProcess.Place place;
  private final List<String> ends = new ArrayList<>();
  private DaybookProcess process;
  private boolean wanted;
  private long startedNanos;

  RoleProcess(String role, int number, Path folder, List<String> jvmOptions) {
    this.role = role;
    this.name = role + "-" + number;
    this.place = new DaybookProcess.Place(folder, jvmOptions);
  }

  String name() {
    return name;
  }

  Path folder() {
    return place.folder();
  }

  synchronized long pid() {
    return process.pid();
  }

  /** Starts it; returns at once. */
  synchronized void start(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run", "--roles", role, "--skip-preflight"));
    arguments.addAll(List.of(options));
    process = place.start(arguments.toArray(String[]::new));
    wanted = true;
    startedNanos = System.nanoTime();
  }

  /** SIGKILL; it stays away until it is started again. Returns the pid that is dead. */
  synchronized long kill() throws Exception {
    wanted = false;
    long pid = process.pid();
    process.kill();
    return pid;
  }

  /** Asks it to end; it stays away until it is started again. */
  synchronized void terminate() throws Exception {
    wanted = false;
    Signals.terminate(process.pid());
  }

  /** Whether it runs. */
  synchronized boolean isUp() {
    return process.isAlive();
  }

  /** Starts it again if it has ended unasked, but not at once, nor for ever. */
  synchronized void superviseOnce() throws IOException {
    boolean due = System.nanoTime() - startedNanos > RESTARTED_AFTER.toNanos();
    if (wanted && !process.isAlive() && due) {
      String said = process.said();
      ends.add(name + " ended by itself: " + said.substring(Math.max(0, said.length() - 400)));
      if (ends.size() < ENDS_MAX) {
        start();
      }
    }
  }

  /** In how many lines of all that its processes have said on stderr a text occurs. */
  long said(String text) throws IOException {
    return saying(text).size();
  }

  /** The lines of all that its processes have said on stderr in which a text occurs. */
  List<String> saying(String text) throws IOException {
    List<String> saying = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(), "*.err")) {
      for (Path file : files) {
        try (Stream<String> lines = Files.lines(file)) {
          lines.filter(line -> line.contains(text)).forEach(saying::add);
        }
      }
    }
    return saying;
  }

  /** How often it has ended unasked, and its last words. */
  synchronized List<String> ends() {
    return List.copyOf(ends);
  }

  @Override
  public synchronized void close() throws InterruptedException {
    wanted = false;
    if (process != null) {
      process.kill();
    }
  }
}
