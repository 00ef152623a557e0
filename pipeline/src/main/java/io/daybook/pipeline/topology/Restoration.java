// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.text.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far one rollup's stores are restored from their changelogs. */
final class Restoration implements StateRestoreListener {
  private static final Logger log = LoggerFactory.getLogger(Restoration.class);
  private static final double NANOS = 1e9;

  /** Positions in one changelog partition, and how many records came of it. */
  private record Part(long start, long end, long at, long records) {
    Part after(long batchEnd, long batchRecords) {
      return new Part(start, end, batchEnd + 1, records + batchRecords);
    }
  }

  /**
   * A restoration that is under way.
   *
   * @param records restored so far
   * @param share of the changelogs that is read, 0 to 1; compaction leaves gaps, so it is not that
   *     of the records
   */
  public record Progress(long records, double share, Duration since) {

    /** For people: how much, how fast, and how long still. */
    public String text() {
      double seconds = Math.max(since.toNanos(), 1) / NANOS;
      String left =
          share > 0
              ? ", about %s left"
                  .formatted(
                      Durations.text(Duration.ofSeconds((long) (seconds * (1 - share) / share))))
              : "";
      return "restores its state from Kafka: %,d records, %.0f %%, %,.0f records/s%s"
          .formatted(records, 100 * share, records / seconds, left);
    }
  }

  private final String rollup;
  private final Map<TopicPartition, Part> parts = new HashMap<>();
  private final Set<TopicPartition> open = new HashSet<>();
  private long startedNanos;

  Restoration(String rollup) {
    this.rollup = rollup;
  }

  /** Empty where nothing is left to restore. */
  synchronized Optional<Progress> progress() {
    if (open.isEmpty()) {
      return Optional.empty();
    }
    long records = 0;
    long read = 0;
    long all = 0;
    for (Part part : parts.values()) {
      records += part.records;
      read += part.at - part.start;
      all += part.end - part.start;
    }
    double share = all == 0 ? 0 : Math.min(1, (double) read / all);
    return Optional.of(
        new Progress(records, share, Duration.ofNanos(System.nanoTime() - startedNanos)));
  }

  @Override
  public synchronized void onRestoreStart(
      TopicPartition partition, String store, long startingOffset, long endingOffset) {
    if (open.isEmpty()) {
      parts.clear();
      startedNanos = System.nanoTime();
    }
    open.add(partition);
    parts.put(partition, new Part(startingOffset, endingOffset, startingOffset, 0));
  }

  @Override
  public synchronized void onBatchRestored(
      TopicPartition partition, String store, long batchEndOffset, long numRestored) {
    parts.computeIfPresent(partition, (key, part) -> part.after(batchEndOffset, numRestored));
  }

  @Override
  public synchronized void onRestoreEnd(
      TopicPartition partition, String store, long totalRestored) {
    end(partition);
  }

  @Override
  public synchronized void onRestoreSuspended(
      TopicPartition partition, String store, long totalRestored) {
    parts.remove(partition);
    end(partition);
  }

  private void end(TopicPartition partition) {
    if (open.remove(partition) && open.isEmpty()) {
      long records = parts.values().stream().mapToLong(Part::records).sum();
      double seconds = (System.nanoTime() - startedNanos) / NANOS;
      if (records > 0) {
        log.info(
            "aggregate {} has restored {} records in {} s",
            rollup,
            records,
            String.format("%.1f", seconds));
      }
    }
  }
}
