// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Asks for commits sooner than the commit interval, as often as they are worth it. Under
 * exactly-once every hop waits for a commit, so live changes want many; but a commit costs a marker
 * in every partition it touched, so a backlog wants few. The time from one commit to the next is
 * therefore a multiple of what commits have taken lately: small for young records, large for old
 * ones.
 *
 * <p>A commit is of all tasks of a thread. So one request serves them all, and there is one pace
 * for each thread, whichever of its processors calls.
 */
final class EarlyCommits {
  private static final Duration INTERVAL_MIN = Duration.ofMillis(20);

  /** The least time that a record waits, so that those which come with it share its commit. */
  private static final Duration GATHER = Duration.ofMillis(5);

  /** Older records are a backlog. Above what a change takes when all hops wait for the interval. */
  private static final Duration YOUNG_MAX = Duration.ofSeconds(5);

  /** Commits take at most a quarter of the time while records are young, a twentieth after. */
  private static final double INTERVALS_YOUNG = 3;

  private static final double INTERVALS_OLD = 19;

  /** Weight of the last commit in the average. */
  private static final double LAST = 0.2;

  /** A request whose task has left this thread is forgotten after this time. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(1);

  private final ThreadLocal<Pace> paces = ThreadLocal.withInitial(Pace::new);

  /** To be called for each record that a source node brings. */
  void processed(ProcessorContext<?, ?> context, long timestampMs) {
    paces.get().processed(context, timestampMs);
  }

  /** This thread has worked on a commit for so long. */
  void spent(long nanos) {
    paces.get().spentNanos += nanos;
  }

  /** This thread has ended a commit. */
  void committed() {
    paces.get().committed();
  }

  private static final class Pace {
    private long spentNanos;
    private double costNanos;
    private long committedNanos = System.nanoTime();
    private Cancellable request;
    private long dueMs;

    private void processed(ProcessorContext<?, ?> context, long timestampMs) {
      long nowMs = context.currentSystemTimeMs();
      if (request == null || nowMs > dueMs + FORGOTTEN_AFTER.toMillis()) {
        drop();
        Duration wait = untilNext(nowMs - timestampMs);
        dueMs = nowMs + wait.toMillis();
        request =
            context.schedule(wait, PunctuationType.WALL_CLOCK_TIME, reached -> commit(context));
      }
    }

    private Duration untilNext(long ageMs) {
      double factor = ageMs < YOUNG_MAX.toMillis() ? INTERVALS_YOUNG : INTERVALS_OLD;
      long interval = Math.max(INTERVAL_MIN.toNanos(), (long) (factor * costNanos));
      long left = committedNanos + interval - System.nanoTime();
      long millis = TimeUnit.NANOSECONDS.toMillis(left);
      return Duration.ofMillis(Math.max(GATHER.toMillis(), millis));
    }

    private void commit(ProcessorContext<?, ?> context) {
      drop();
      context.commit();
    }

    private void drop() {
      if (request != null) {
        request.cancel();
        request = null;
      }
    }

    private void committed() {
      costNanos += LAST * (spentNanos - costNanos);
      spentNanos = 0;
      committedNanos = System.nanoTime();
    }
  }
}
