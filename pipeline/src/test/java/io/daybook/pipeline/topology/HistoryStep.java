// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** What a history of the tables consists of. */
sealed interface HistoryStep {

  /** An event as it is written in a case. */
  record Event(ArrayNode event) implements HistoryStep {}

  /** The clock runs through so many slices. */
  record Ticks(int slices) implements HistoryStep {}

  /** The clock runs until no work is left, and the rollup is compared. */
  record Comparison() implements HistoryStep {
    static final int SLICES = 300;
  }
}
