// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.pipeline.capture.CaptureState.Streaming;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.TopicTail;
import io.daybook.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the CDC topics hold so far. */
public final class CapturedHistory {
  private static final int FIRST_EPOCH = 1;

  private final Optional<CaptureState> state;

  private CapturedHistory(Optional<CaptureState> state) {
    this.state = state;
  }

  /**
   * Reads what capture has written down; its topic must exist.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public static CapturedHistory read(Topics topics, Map<String, String> kafka) {
    try (TopicTail tail = new TopicTail(kafka)) {
      return new CapturedHistory(Remembered.state(tail, topics.captureState()));
    }
  }

  /**
   * The first epoch whose events have these columns: that of now, or the next where capture has not
   * read them yet and so will take another snapshot. While one is owed, it is begun anew for tables
   * that it was not owed for.
   *
   * @param atWork the tables that capture is to capture without these
   */
  public int firstEpochWith(List<Table> tables, List<Table> atWork) {
    if (state.isEmpty()) {
      return FIRST_EPOCH;
    }
    CapturedTables held =
        state.get() instanceof Streaming streaming ? streaming.tables() : CapturedTables.of(atWork);
    return state.get().epoch() + (held.cover(CapturedTables.of(tables)) ? 0 : 1);
  }
}
