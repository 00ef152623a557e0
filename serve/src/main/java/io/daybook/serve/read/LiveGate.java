// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** So many live queries of a rollup at a time, so that a rollup that is stale spares the source. */
final class LiveGate {
  private static final int WAITING_FOR_EACH = 2;

  private final int most;
  private final Semaphore all;
  private final Duration patience;
  private final Map<String, Semaphore> rollups = new ConcurrentHashMap<>();

  /**
   * @param most of one rollup
   * @param mostOfAll of all rollups together: each takes a connection
   * @param patience how long a query waits for its turn
   */
  LiveGate(int most, int mostOfAll, Duration patience) {
    this.most = most;
    this.all = new Semaphore(mostOfAll, true);
    this.patience = patience;
  }

  /** A turn; it ends when it is closed. */
  interface Pass extends AutoCloseable {
    /** No turn is needed. */
    Pass FREE = () -> {};

    @Override
    void close();
  }

  /**
   * Waits for a turn.
   *
   * @throws BusyException where there was none in time
   */
  Pass enter(String rollup) throws BusyException, InterruptedException {
    Semaphore free = rollups.computeIfAbsent(rollup, name -> new Semaphore(most, true));
    long until = System.nanoTime() + patience.toNanos();
    // Who waits holds a thread that others would need.
    if (free.getQueueLength() >= WAITING_FOR_EACH * most
        || !free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new BusyException(
          "%d live queries of rollup '%s' are under way, and none ended within %d ms"
              .formatted(most, rollup, patience.toMillis()));
    }
    boolean entered = false;
    try {
      entered = all.tryAcquire(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } finally {
      if (!entered) {
        free.release();
      }
    }
    if (!entered) {
      throw new BusyException("as many live queries as may are under way, of all rollups");
    }
    return () -> {
      all.release();
      free.release();
    };
  }
}
