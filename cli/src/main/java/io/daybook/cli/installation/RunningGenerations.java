// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.schemas.topic.DefinitionsFollower;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the topic of definitions, so that roles begin and end generations while they run. */
final class RunningGenerations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningGenerations.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Installation installation;
  private final Consumer<List<Rollup>> onChange;
  private final Thread thread = new Thread(this::run, "definitions");
  private DefinitionsFollower follower;
  private volatile Optional<List<DefinitionRecord>> records = Optional.empty();
  private boolean pending;
  private volatile long looks;
  private volatile Throwable failure;
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * @param onChange told all that are to be at work, whenever something has changed
   */
  RunningGenerations(Installation installation, Consumer<List<Rollup>> onChange) {
    this.installation = installation;
    this.onChange = onChange;
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((ended, error) -> failure = error);
  }

  /** What ended it. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  void start() {
    follower = new DefinitionsFollower(installation.topics(), installation.config().kafka());
    thread.start();
  }

  /**
   * What the topic holds, frozen ones included, once it is applied here; empty before it was read
   * for the first time.
   */
  Optional<List<DefinitionRecord>> records() {
    return records;
  }

  /** How often it was looked whether something has changed. */
  long looks() {
    return looks;
  }

  private void run() {
    try (DefinitionsFollower following = follower) {
      while (stop.getCount() > 0) {
        look(following);
      }
    } catch (WakeupException e) {
      LOG.debug("Definitions are followed no more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What cannot be read or applied is tried again. */
  private void look(DefinitionsFollower following) throws InterruptedException {
    try {
      pending |= following.poll(LOOK_EVERY);
      if (pending) {
        List<DefinitionRecord> newest = following.newest();
        onChange.accept(Installation.atWork(newest));
        records = Optional.of(newest);
        pending = false;
      }
      looks++;
    } catch (WakeupException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("What is to be at work cannot be followed now: {}", e.getMessage(), e);
      stop.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    stop.countDown();
    if (follower != null) {
      follower.wakeUp();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
