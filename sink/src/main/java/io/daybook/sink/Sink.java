// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.definition.Rollup;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role: one thread for each rollup's generation, which writes its rows, and one that bumps the
 * cache versions.
 *
 * <p>Any number of sinks may run side by side; Kafka shares the partitions out among them, and
 * {@code daybook.progress} lets only the last holder of one write.
 */
public final class Sink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sink.class);

  private final SinkSettings settings;
  private final Clock clock = Clock.systemUTC();
  private final Bumper bumper;
  private final Thread bumperThread;
  private final Map<RollupSink, Thread> writers = new LinkedHashMap<>();
  private final Map<Object, Throwable> failures = new ConcurrentHashMap<>();
  private volatile List<RollupSink> rollups = List.of();
  private boolean started;

  /** Connects to nothing yet. */
  public Sink(SinkSettings settings, List<Rollup> rollups) {
    this.settings = settings;
    this.bumper = new Bumper(settings, this::shares, clock);
    this.bumperThread = thread("sink-cache", bumper, bumper);
    run(rollups);
  }

  /** Returns at once; systems that are away are waited for. */
  public synchronized void start() {
    if (started) {
      throw new IllegalStateException("This sink was started before");
    }
    started = true;
    writers.values().forEach(Thread::start);
    bumperThread.start();
  }

  /**
   * Writes these from now on, and no others. Comes back when those that it is to leave have ended
   * their transactions.
   */
  public synchronized void run(List<Rollup> wanted) {
    List<RollupSink> leaving =
        writers.keySet().stream().filter(each -> wanted.stream().noneMatch(each::isOf)).toList();
    leaving.forEach(RollupSink::stop);
    for (RollupSink each : leaving) {
      join(List.of(writers.remove(each)));
      failures.remove(each);
    }
    for (Rollup rollup : wanted) {
      if (writers.keySet().stream().noneMatch(each -> each.isOf(rollup))) {
        RollupSink writer = new RollupSink(rollup, settings, bumper::wake, clock);
        Thread thread = thread(rollup.label(), writer, writer);
        writers.put(writer, thread);
        if (started) {
          thread.start();
        }
      }
    }
    rollups = List.copyOf(writers.keySet());
  }

  public SinkStatus status() {
    return new SinkStatus(rollups.stream().map(RollupSink::status).toList(), bumper.status());
  }

  /**
   * An error that ended one of the threads; the others go on. It takes a person, or a restart, to
   * get over it.
   */
  public Optional<Throwable> failure() {
    return failures.values().stream().findFirst();
  }

  /**
   * Ends after the transactions under way and a last round of increments; what Redis does not take
   * then is kept in the table.
   */
  @Override
  public synchronized void close() {
    rollups.forEach(RollupSink::stop);
    if (started) {
      join(writers.values());
      bumper.stop();
      join(List.of(bumperThread));
    }
  }

  private List<Note.Share> shares() {
    return rollups.stream().flatMap(rollup -> rollup.shares().stream()).toList();
  }

  private Thread thread(String name, Runnable body, Object part) {
    Thread thread = new Thread(body, name);
    thread.setUncaughtExceptionHandler(
        (ended, error) -> {
          LOG.error("{} has ended: {}", name, error.getMessage(), error);
          failures.put(part, error);
        });
    return thread;
  }

  private void join(Collection<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
