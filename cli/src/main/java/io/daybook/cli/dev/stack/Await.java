// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits on a condition, with a limit. */
final class Await {
  private static final long LOOK_EVERY_MS = 20;

  private Await() {}

  /** Returns whether the condition came true within the limit. */
  static boolean until(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      try {
        Thread.sleep(LOOK_EVERY_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackException("Interrupted while waiting for an embedded server", e);
      }
    }
    return true;
  }
}
