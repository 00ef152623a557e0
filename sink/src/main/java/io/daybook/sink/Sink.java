// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role: one thread for each rollup, which writes its rows, and one that bumps the cache
 * versions.
 *
 * <p>Any number of sinks may run side by side; Kafka shares the partitions out among them, and
 * {@code daybook.progress} lets only the last holder of one write.
 */
public final class Sink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sink.class);

  private final List<RollupSink> rollups;
  private final Bumper bumper;
  private final Thread bumperThread;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** Connects to nothing yet. */
  public Sink(SinkSettings settings, List<Rollup> rollups) {
    Clock clock = Clock.systemUTC();
    this.bumper = new Bumper(settings, this::shares, clock);
    this.bumperThread = thread("sink-cache", bumper);
    this.rollups =
        rollups.stream()
            .map(rollup -> new RollupSink(rollup, settings, bumper::wake, clock))
            .toList();
  }

  /** Returns at once; systems that are away are waited for. */
  public synchronized void start() {
    if (!threads.isEmpty()) {
      throw new IllegalStateException("This sink was started before");
    }
    for (RollupSink rollup : rollups) {
      threads.add(thread(rollup.name(), rollup));
    }
    threads.add(bumperThread);
    threads.forEach(Thread::start);
  }

  public SinkStatus status() {
    return new SinkStatus(rollups.stream().map(RollupSink::status).toList(), bumper.status());
  }

  /**
   * The first error that ended one of the threads; the others go on. It takes a person, or a
   * restart, to get over it.
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Ends after the transactions under way and a last round of increments; what Redis does not take
   * then is kept in the table.
   */
  @Override
  public synchronized void close() {
    rollups.forEach(RollupSink::stop);
    boolean interrupted = false;
    for (Thread thread : threads) {
      if (thread == bumperThread) {
        bumper.stop();
      }
      interrupted |= !joined(thread);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Note.Share> shares() {
    return rollups.stream().flatMap(rollup -> rollup.shares().stream()).toList();
  }

  private Thread thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setUncaughtExceptionHandler(
        (ended, error) -> {
          LOG.error("{} has ended: {}", name, error.getMessage(), error);
          failure.compareAndSet(null, error);
        });
    return thread;
  }

  private static boolean joined(Thread thread) {
    try {
      thread.join();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
