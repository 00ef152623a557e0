// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the workers of a live load have committed. Thread-safe. */
final class LiveCounts {
  private final Map<LiveOperation, LongAdder> operations = new EnumMap<>(LiveOperation.class);
  private final LongAdder rowChanges = new LongAdder();
  private final LongAdder conflicts = new LongAdder();

  LiveCounts() {
    for (LiveOperation operation : LiveOperation.values()) {
      operations.put(operation, new LongAdder());
    }
  }

  void committed(LiveOperation operation, long changes) {
    operations.get(operation).increment();
    rowChanges.add(changes);
  }

  void conflict() {
    conflicts.increment();
  }

  Map<String, Long> operations() {
    Map<String, Long> byLabel = new LinkedHashMap<>();
    operations.forEach((operation, count) -> byLabel.put(operation.label(), count.sum()));
    return byLabel;
  }

  long rowChanges() {
    return rowChanges.sum();
  }

  long conflicts() {
    return conflicts.sum();
  }
}
