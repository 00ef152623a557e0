// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.pipeline.topology.TableRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What capture has written of one table and nobody has read yet. The records of one row are read in
 * their order, those of different rows in any, as partitions would deliver them; nothing passes a
 * fence, which stands in every partition.
 */
final class TableLog {

  /** Records between two fences: by row, then the fence that ends them. */
  private static final class Segment {
    private final Map<String, Deque<TableRecord>> rows = new HashMap<>();
    private TableRecord fence;
  }

  private final Deque<Segment> segments = new ArrayDeque<>();

  TableLog() {
    clear();
  }

  void add(String row, TableRecord record) {
    segments.getLast().rows.computeIfAbsent(row, any -> new ArrayDeque<>()).add(record);
  }

  void fence(TableRecord record) {
    segments.getLast().fence = record;
    segments.add(new Segment());
  }

  /** Forgets everything, as a slot that was lost does. */
  void clear() {
    segments.clear();
    segments.add(new Segment());
  }

  boolean isEmpty() {
    return segments.size() == 1 && segments.getFirst().rows.isEmpty();
  }

  TableRecord next(RandomGenerator random) {
    Segment segment = segments.getFirst();
    if (segment.rows.isEmpty()) {
      return segments.removeFirst().fence;
    }
    List<String> rows = new ArrayList<>(segment.rows.keySet());
    rows.sort(null);
    String row = rows.get(random.nextInt(rows.size()));
    Deque<TableRecord> records = segment.rows.get(row);
    TableRecord next = records.remove();
    if (records.isEmpty()) {
      segment.rows.remove(row);
    }
    return next;
  }
}
