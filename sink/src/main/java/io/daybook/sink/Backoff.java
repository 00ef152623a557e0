// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When the next attempt is due: waits that double from 100 ms up to a limit. One thread's. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(100);

  private final Duration max;
  private final LongSupplier nanoClock;
  private Duration wait = Duration.ZERO;
  private long dueNanos;

  Backoff(Duration max, LongSupplier nanoClock) {
    this.max = max;
    this.nanoClock = nanoClock;
  }

  /** An attempt has failed; returns the wait until the next. */
  Duration failed() {
    Duration next = wait.isZero() ? FIRST : wait.multipliedBy(2);
    wait = next.compareTo(max) < 0 ? next : max;
    dueNanos = nanoClock.getAsLong() + wait.toNanos();
    return wait;
  }

  void succeeded() {
    wait = Duration.ZERO;
  }

  /** Time to the next attempt, zero when it is due. */
  Duration remaining() {
    if (wait.isZero()) {
      return Duration.ZERO;
    }
    return Duration.ofNanos(Math.max(0, dueNanos - nanoClock.getAsLong()));
  }
}
