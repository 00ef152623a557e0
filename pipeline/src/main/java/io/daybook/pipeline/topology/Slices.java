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
 * would be aborted and repeated for ever; so a job does one slice at a time and keeps how far it is
 * in a store, from which it also goes on after a crash.
 *
 * <p>The clock is only asked while there is a job: each punctuation makes Streams look at all of
 * its tasks anew.
 */
final class Slices {
  /** Entries visited in one slice. */
  static final int LENGTH = 2_000;

  /** Under which the store has something else; it comes after every job's name. */
  static final Bytes POSITIONS = Bytes.wrap(new byte[] {(byte) 0xFF});

  private static final Duration INTERVAL = Duration.ofMillis(5);

  /** One slice of a job. */
  interface Work {
    /**
     * Visits as many entries as one slice has.
     *
     * @param job its name
     * @param state what {@link Slices#start} was called with, or what the slice before has returned
     * @return the state for the next slice, or null when the job is done
     */
    byte[] visit(Bytes job, byte[] state);
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
  void start(Bytes job, byte[] state) {
    byte[] next = work.visit(job, state);
    if (next != null || !idle()) {
      keep(job, next);
    }
  }

  /**
   * Ends the clock for good. To be called before another one of the same store begins: Streams
   * keeps the clocks of a task that it revives.
   */
  void stop() {
    if (clock != null) {
      clock.cancel();
      clock = null;
    }
  }

  /** True when no job is left. */
  boolean idle() {
    return clock == null;
  }

  /** How far a job is; null where there is none of this name. */
  byte[] state(Bytes job) {
    return idle() ? null : store.get(job);
  }

  private void resume(long nowMs) {
    Job job = first();
    keep(job.name, work.visit(job.name, job.state));
    progress.made(nowMs);
  }

  private void keep(Bytes job, byte[] state) {
    store.put(job, state);
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

  private record Job(Bytes name, byte[] state) {}

  private Job first() {
    try (KeyValueIterator<Bytes, byte[]> jobs = store.all()) {
      if (!jobs.hasNext()) {
        return null;
      }
      var next = jobs.next();
      return next.key.equals(POSITIONS) ? null : new Job(next.key, next.value);
    }
  }
}
