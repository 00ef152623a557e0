// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Commits early while records are fresh. Under exactly-once every hop waits for a commit, so live
 * changes want many; but a commit costs the broker a marker in every partition it touched, so a
 * backlog wants few. A task whose last record is young asks for a commit soon; one that works off
 * old records leaves it to the commit interval.
 */
final class EarlyCommits {
  private static final Duration AFTER = Duration.ofMillis(20);

  /** Well above what a change takes when every hop waits for the interval, or it never ends. */
  private static final long YOUNG_MS_MAX = 5_000;

  private final ProcessorContext<?, ?> context;
  private Cancellable alarm;

  EarlyCommits(ProcessorContext<?, ?> context) {
    this.context = context;
  }

  /** To be called for each record, with its timestamp in ms. */
  void processed(long timestamp) {
    if (alarm == null && context.currentSystemTimeMs() - timestamp < YOUNG_MS_MAX) {
      alarm = context.schedule(AFTER, PunctuationType.WALL_CLOCK_TIME, now -> commit());
    }
  }

  private void commit() {
    alarm.cancel();
    alarm = null;
    context.commit();
  }
}
