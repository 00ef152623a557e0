// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestorationTest {
  private static final TopicPartition ROWS = new TopicPartition("rows-changelog", 0);
  private static final TopicPartition CELLS = new TopicPartition("cells-changelog", 0);

  private final Restoration restoration = new Restoration("daily");

  @Test
  void nothingIsRestoredBeforeAndAfter() {
    assertTrue(restoration.progress().isEmpty());
    restoration.onRestoreStart(ROWS, "rows", 0, 10);
    assertTrue(restoration.progress().isPresent());
    restoration.onRestoreEnd(ROWS, "rows", 10);
    assertTrue(restoration.progress().isEmpty());
  }

  @Test
  void theShareIsThatOfPositionsSinceCompactionLeavesGaps() {
    restoration.onRestoreStart(ROWS, "rows", 100, 300);
    restoration.onRestoreStart(CELLS, "cells", 0, 200);
    restoration.onBatchRestored(ROWS, "rows", 199, 7);
    Restoration.Progress progress = restoration.progress().orElseThrow();
    assertEquals(7, progress.records());
    assertEquals(0.25, progress.share());
    assertTrue(progress.text().contains("7 records, 25 %"), progress::text);
    assertTrue(progress.text().endsWith(" left"), progress::text);
  }

  @Test
  void aPartThatIsTakenAwayCountsNoMore() {
    restoration.onRestoreStart(ROWS, "rows", 0, 100);
    restoration.onRestoreStart(CELLS, "cells", 0, 100);
    restoration.onBatchRestored(ROWS, "rows", 49, 50);
    restoration.onRestoreSuspended(ROWS, "rows", 50);
    assertEquals(0, restoration.progress().orElseThrow().share());
    restoration.onRestoreEnd(CELLS, "cells", 100);
    assertTrue(restoration.progress().isEmpty());
  }

  @Test
  void aPartThatBeginsOrEndsTwiceIsOne() {
    restoration.onRestoreStart(ROWS, "rows", 0, 100);
    restoration.onRestoreStart(ROWS, "rows", 0, 100);
    restoration.onRestoreSuspended(ROWS, "rows", 50);
    restoration.onRestoreEnd(ROWS, "rows", 50);
    assertTrue(restoration.progress().isEmpty());
    restoration.onRestoreStart(CELLS, "cells", 0, 100);
    assertTrue(restoration.progress().isPresent());
  }
}
