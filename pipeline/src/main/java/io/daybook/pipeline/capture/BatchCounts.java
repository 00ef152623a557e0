// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureStatus.Counts;

/** Counts the changes of one batch. Not thread-safe. */
final class BatchCounts {
  /** On the delete half of a changed primary key. */
  private static final String NEW_KEY = "__debezium.newkey";

  /** On its create half. */
  private static final String OLD_KEY = "__debezium.oldkey";

  private long inserts;
  private long updates;
  private long deletes;
  private long truncates;
  private long reads;
  private long reselects;

  void reselected() {
    reselects++;
  }

  void read(int rows) {
    reads += rows;
  }

  void add(SourceEvent event) {
    String operation = event.operation();
    if (operation == null) {
      return;
    }
    switch (operation) {
      case "c" -> {
        if (event.record().headers().lastWithName(OLD_KEY) == null) {
          inserts++;
        } else {
          updates++;
        }
      }
      case "u" -> updates++;
      case "d" -> deletes += event.record().headers().lastWithName(NEW_KEY) == null ? 1 : 0;
      case "t" -> truncates++;
      case "r" -> reads++;
      default -> throw new IllegalStateException("Unknown operation '" + operation + "'");
    }
  }

  Counts total() {
    return new Counts(inserts, updates, deletes, truncates, reads, reselects);
  }
}
