// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Signals to processes of the site, each followed by a look whether it took effect. */
final class Signals {
  private static final Duration EFFECT_WITHIN = Duration.ofSeconds(90);

  private Signals() {}

  /** SIGKILL; comes back when the process is gone. */
  static void kill(long pid) throws Exception {
    send("KILL", pid);
    awaitDead(pid);
  }

  /** SIGTERM; comes back when the process is gone. */
  static void terminate(long pid) throws Exception {
    send("TERM", pid);
    awaitDead(pid);
  }

  /** SIGSTOP; comes back when the kernel says that it is stopped. */
  static void stop(long pid) throws Exception {
    send("STOP", pid);
    Await.until(EFFECT_WITHIN, "the stop of process " + pid, () -> isStopped(pid));
  }

  /** Whether SIGSTOP holds it. */
  static boolean isStopped(long pid) {
    return stateOf(pid) == 'T';
  }

  /** SIGCONT. */
  static void goOn(long pid) throws Exception {
    send("CONT", pid);
  }

  /**
   * Whether nothing runs under the pid. A zombie is as good as gone, but not while threads of it
   * are still ending: they hold its ports.
   */
  static boolean isDead(long pid) {
    char state = stateOf(pid);
    return state == 0 || (state == 'Z' || state == 'X') && threads(pid) <= 1;
  }

  private static int threads(long pid) {
    String[] threads = Path.of("/proc", Long.toString(pid), "task").toFile().list();
    return threads == null ? 0 : threads.length;
  }

  private static void awaitDead(long pid) throws Exception {
    Await.until(EFFECT_WITHIN, "the end of process " + pid, () -> isDead(pid));
  }

  private static void send(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  /** The state in /proc, 0 where there is no such process. */
  private static char stateOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException gone) {
      return 0;
    }
  }
}
