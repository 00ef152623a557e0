// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits on a condition, with a limit. */
public final class Await {
  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(10).toNanos();

  private Await() {}

  /** Fails with what did not come about. */
  public static void until(Duration limit, String what, Callable<Boolean> condition)
      throws Exception {
    if (!within(limit, condition)) {
      throw new AssertionError(what + " has not come about within " + limit);
    }
  }

  /** Whether it came true within the limit. */
  public static boolean within(Duration limit, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      pause(LOOK_EVERY_NANOS);
    }
    return true;
  }

  /** Lets time pass, for load to go on or a session to expire. */
  public static void pass(Duration time) throws InterruptedException {
    pause(time.toNanos());
  }

  private static void pause(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
