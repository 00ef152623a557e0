// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Long work in slices. Under exactly-once a transaction has seconds, and work that outlasts it
 * would be aborted and repeated for ever; so a job does one slice at a time and keeps its cursor in
 * a store, from which it also goes on after a crash.
 */
final class Slices {
  /** Entries visited in one slice. */
  static final int LENGTH = 2_000;

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

  private final KeyValueStore<Bytes, byte[]> store;
  private final Work work;
  private boolean idle;

  Slices(KeyValueStore<Bytes, byte[]> store, Work work) {
    this.store = store;
    this.work = work;
    this.idle = first() == null;
  }

  /** Starts a job, or starts it over; its first slice is done at once. */
  void start(Bytes job) {
    slice(job, null);
    idle = first() == null;
  }

  /** Does one slice of a job that is not done. */
  void resume() {
    if (!idle) {
      Job next = first();
      slice(next.job, next.cursor);
      idle = first() == null;
    }
  }

  /** True when no job is left. */
  boolean idle() {
    return idle;
  }

  private void slice(Bytes job, Bytes cursor) {
    Bytes next = work.visit(job, cursor);
    if (next != null) {
      store.put(job, next.get());
    } else if (cursor != null || store.get(job) != null) {
      store.delete(job);
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
