// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Commits early while records are fresh. Under exactly-once every hop waits for a commit, so live
 * changes want many; but a commit costs the broker a marker in every partition it touched, so a
 * backlog wants few. A task whose last record is young asks for a commit soon; one that works off
 * old records leaves it to the commit interval.
 */
final class EarlyCommits {
  private static final Duration EVERY = Duration.ofMillis(50);

  /** Well above what a change takes when every hop waits for the interval, or it never ends. */
  private static final long YOUNG_MS_MAX = 5_000;

  private final ProcessorContext<?, ?> context;
  private long newest;

  EarlyCommits(ProcessorContext<?, ?> context) {
    this.context = context;
    context.schedule(EVERY, PunctuationType.WALL_CLOCK_TIME, this::look);
  }

  /** To be called for each record, with its timestamp. */
  void processed(long timestamp) {
    newest = Math.max(newest, timestamp);
  }

  private void look(long now) {
    if (now - newest < YOUNG_MS_MAX) {
      context.commit();
    }
    newest = 0;
  }
}
