// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/**
 * Does to the reference source what the sales inbox does, at a steady rate, until it is closed.
 * Keeps no rows in memory; large workspaces and the tables as a whole only grow.
 */
public final class LiveLoad implements AutoCloseable {

  /**
   * How the load runs.
   *
   * @param rowChangesPerSecond target over all workers, cascades counted
   * @param workers connections, each with transactions of its own
   * @param clock gives new rows their times
   */
  public record Settings(long seed, int rowChangesPerSecond, int workers, Clock clock) {
    private static final int RATE_MAX = 100_000;
    private static final int WORKERS_MAX = 32;

    public Settings {
      if (rowChangesPerSecond < 1 || rowChangesPerSecond > RATE_MAX) {
        throw new IllegalArgumentException(
            "rate is " + rowChangesPerSecond + " row changes/s; it must be 1 to " + RATE_MAX);
      }
      if (workers < 1 || workers > WORKERS_MAX) {
        throw new IllegalArgumentException(
            "workers is " + workers + "; it must be 1 to " + WORKERS_MAX);
      }
    }

    /** 250 row changes a second over two connections. */
    public static Settings defaults(long seed) {
      return new Settings(seed, 250, 2, Clock.systemUTC());
    }

    public Settings withRate(int rate) {
      return new Settings(seed, rate, workers, clock);
    }
  }

  private final DataSource source;
  private final LiveCounts counts = new LiveCounts();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private final long startedNanos = System.nanoTime();
  private volatile long endedNanos;

  private LiveLoad(DataSource source) {
    this.source = source;
  }

  /** Starts to write to a source that has the reference schema. */
  public static LiveLoad start(DataSource source, Settings settings) {
    LiveLoad load = new LiveLoad(source);
    for (int number = 0; number < settings.workers(); number++) {
      LiveWorker worker = new LiveWorker(settings, number, load.counts, load.stop);
      load.threads.add(new Thread(() -> load.run(worker), "live-load-" + number));
    }
    load.threads.forEach(Thread::start);
    return load;
  }

  /** Committed operations by kind; kinds that have not occurred yet are there with 0. */
  public Map<String, Long> operations() {
    return counts.operations();
  }

  /** Rows inserted, updated and deleted by committed transactions, cascades included. */
  public long rowChanges() {
    return counts.rowChanges();
  }

  /** Committed row changes per second, from the start until now or the end. */
  public double rowChangesPerSecond() {
    long end = endedNanos == 0 ? System.nanoTime() : endedNanos;
    return counts.rowChanges() * 1e9 / (end - startedNanos);
  }

  /** Transactions repeated because of a deadlock, a serialization failure or a lock timeout. */
  public long conflicts() {
    return counts.conflicts();
  }

  /** What ended the load before it was closed. */
  public Optional<Exception> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Stops, and returns when the last transaction is finished.
   *
   * @throws IllegalStateException when the load had failed, with its {@link #failure()}
   */
  @Override
  public void close() {
    stop.countDown();
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (endedNanos == 0) {
      endedNanos = System.nanoTime();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    failure()
        .ifPresent(
            cause -> {
              throw new IllegalStateException("the live load failed: " + cause.getMessage(), cause);
            });
  }

  private void run(LiveWorker worker) {
    try (Connection connection = source.getConnection()) {
      worker.work(connection);
    } catch (SQLException | RuntimeException | InterruptedException e) {
      if (!failure.compareAndSet(null, e)) {
        failure.get().addSuppressed(e);
      }
      stop.countDown();
    }
  }
}
