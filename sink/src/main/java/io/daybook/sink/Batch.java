// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Degradation;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Watermark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What one poll comes down to: the last value of each key, sorted by key, and how far it brings
 * each partition.
 *
 * @param upserts rows to write, sorted
 * @param deletes rows that are gone, sorted
 * @param doubts which workspaces are in doubt and which are no longer
 * @param refreshed refreshes of which all that a partition has to send has come
 * @param advances one for each partition that had a record, sorted
 * @param records how many there were
 */
record Batch(
    List<Row> upserts,
    List<Row> deletes,
    List<Doubt> doubts,
    List<Refreshed> refreshed,
    List<Advance> advances,
    int records) {

  /**
   * One partition of a refresh.
   *
   * @param complete whether all rows were sent
   */
  record Refreshed(long id, int partition, boolean complete) {}

  /**
   * Records must come in the order of their offsets within a partition.
   *
   * @throws SinkException for a record that cannot be read, with its place
   */
  static Batch of(RollupRecords format, Iterable<ConsumerRecord<byte[], byte[]>> records) {
    Map<ByteBuffer, ConsumerRecord<byte[], byte[]>> last = new HashMap<>();
    Map<ByteBuffer, Doubt> doubts = new HashMap<>();
    List<Refreshed> refreshed = new ArrayList<>();
    Map<Integer, Advance> advances = new TreeMap<>();
    int count = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      count++;
      Watermark watermark = null;
      if (record.key() == null) {
        throw unreadable(record, new IllegalArgumentException("it has no key"));
      } else if (ControlRecord.isWatermark(record.key())) {
        watermark = watermark(record);
      } else if (ControlRecord.isRefreshed(record.key())) {
        refreshed.add(refreshed(record));
      } else if (Degradation.isKey(record.key())) {
        doubts.put(ByteBuffer.wrap(record.key()), doubt(record));
      } else {
        last.put(ByteBuffer.wrap(record.key()), record);
      }
      Advance advance = new Advance(record.partition(), record.offset() + 1, watermark);
      advances.merge(record.partition(), advance, Batch::later);
    }
    List<Doubt> sorted = doubts.values().stream().sorted(Doubt.BY_WORKSPACE).toList();
    Batch read = split(rows(format, last.values()));
    return new Batch(
        read.upserts, read.deletes, sorted, refreshed, List.copyOf(advances.values()), count);
  }

  /** False where there were watermarks only. */
  boolean hasNews() {
    return !upserts.isEmpty() || !deletes.isEmpty() || !doubts.isEmpty();
  }

  /** Whose readers get other answers than before, with the partition that says so. */
  Set<Concerned> concerned() {
    Set<Concerned> concerned = new TreeSet<>();
    rows().forEach(row -> concerned.add(new Concerned(row.partition(), row.workspace())));
    doubts.stream()
        .filter(doubt -> doubt.workspace() != null)
        .forEach(doubt -> concerned.add(new Concerned(doubt.partition(), doubt.workspace())));
    return concerned;
  }

  /** All rows, in the order of writing. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>(upserts);
    rows.addAll(deletes);
    return rows;
  }

  private static Batch split(List<Row> rows) {
    List<Row> upserts = new ArrayList<>(rows.size());
    List<Row> deletes = new ArrayList<>();
    for (Row row : rows) {
      (row.isGone() ? deletes : upserts).add(row);
    }
    return new Batch(upserts, deletes, List.of(), List.of(), List.of(), 0);
  }

  private static List<Row> rows(
      RollupRecords format, Collection<ConsumerRecord<byte[], byte[]>> records) {
    List<Row> rows = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        List<String> key = format.readKey(record.key());
        List<String> measures = record.value() == null ? null : format.readValue(record.value());
        rows.add(new Row(key, measures, record.partition(), record.offset()));
      } catch (RuntimeException e) {
        throw unreadable(record, e);
      }
    }
    rows.sort(Row.BY_KEY);
    return rows;
  }

  private static Doubt doubt(ConsumerRecord<byte[], byte[]> record) {
    try {
      return new Doubt(
          Degradation.workspace(record.key()),
          record.value() == null ? null : Degradation.read(record.value()),
          record.partition());
    } catch (RuntimeException e) {
      throw unreadable(record, e);
    }
  }

  private static Refreshed refreshed(ConsumerRecord<byte[], byte[]> record) {
    try {
      return new Refreshed(
          ControlRecord.readRefreshed(record.value()),
          record.partition(),
          ControlRecord.readComplete(record.value()));
    } catch (RuntimeException e) {
      throw unreadable(record, e);
    }
  }

  private static Watermark watermark(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null; // a tombstone promises nothing
    }
    try {
      return ControlRecord.readWatermark(record.value());
    } catch (RuntimeException e) {
      throw unreadable(record, e);
    }
  }

  private static Advance later(Advance before, Advance after) {
    return new Advance(
        after.partition(), after.next(), Claim.higher(before.watermark(), after.watermark()));
  }

  private static SinkException unreadable(ConsumerRecord<byte[], byte[]> record, Exception why) {
    return new SinkException(
        ("The record at %s, partition %d, offset %d is none of this rollup: %s. Another program"
                + " writes to the topic, or aggregate runs another definition as this generation.")
            .formatted(record.topic(), record.partition(), record.offset(), why.getMessage()),
        why);
  }
}
