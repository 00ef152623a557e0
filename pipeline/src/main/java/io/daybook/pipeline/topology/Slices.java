// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Long work in slices. Under exactly-once a transaction has seconds, and work that outlasts it
 * would be aborted and repeated for ever; so a job does one slice at a time and keeps its cursor in
 * a store, from which it also goes on after a crash.
 *
 * <p>The clock is only asked while there is a job: each punctuation makes Streams look at all of
 * its tasks anew.
 */
final class Slices {
  /** Entries visited in one slice. */
  static final int LENGTH = 2_000;

  private static final Duration INTERVAL = Duration.ofMillis(5);

  /** One slice of a job. */
  interface Work {
    /**
     * Visits up to {@link #LENGTH} entries.
     *
     * @param job what {@link Slices#start} was called with
     * @param cursor where to go on, or null for the start
     * @return where the next slice goes on, or null when the job is done
     */
    Bytes visit(Bytes job, Bytes cursor);
  }

  /** Told after each slice that the clock has brought. */
  interface Progress {
    void made(long nowMs);
  }

  private final ProcessorContext<?, ?> context;
  private final KeyValueStore<Bytes, byte[]> store;
  private final Work work;
  private final Progress progress;
  private Cancellable clock;

  Slices(
      ProcessorContext<?, ?> context,
      KeyValueStore<Bytes, byte[]> store,
      Work work,
      Progress progress) {
    this.context = context;
    this.store = store;
    this.work = work;
    this.progress = progress;
    wind();
  }

  /** Starts a job, or starts it over; its first slice is done at once. */
  void start(Bytes job) {
    Bytes next = work.visit(job, null);
    if (next != null || !idle()) {
      keep(job, next);
    }
  }

  /** True when no job is left. */
  boolean idle() {
    return clock == null;
  }

  private void resume(long nowMs) {
    Job job = first();
    keep(job.job, work.visit(job.job, job.cursor));
    progress.made(nowMs);
  }

  private void keep(Bytes job, Bytes cursor) {
    store.put(job, cursor == null ? null : cursor.get());
    wind();
  }

  /** Runs the clock while there is a job. */
  private void wind() {
    boolean done = first() == null;
    if (done && clock != null) {
      clock.cancel();
      clock = null;
    } else if (!done && clock == null) {
      clock = context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::resume);
    }
  }

  private record Job(Bytes job, Bytes cursor) {}

  private Job first() {
    try (KeyValueIterator<Bytes, byte[]> jobs = store.all()) {
      if (!jobs.hasNext()) {
        return null;
      }
      var next = jobs.next();
      return new Job(next.key, Bytes.wrap(next.value));
    }
  }
}
