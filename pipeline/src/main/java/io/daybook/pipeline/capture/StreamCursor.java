// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;

/**
 * Follows the stream of events and drops those that an earlier run has already committed to Kafka.
 * Not thread-safe.
 */
final class StreamCursor {
  private final ResumePoint resumed;
  private Lsn start;
  private long transaction;
  private long events;
  private Lsn lastChange;
  private long skipped;

  StreamCursor(ResumePoint resumed) {
    this.resumed = resumed;
    this.start = resumed.start();
    this.transaction = resumed.transaction();
    this.events = resumed.events();
    this.lastChange = resumed.lastChange();
  }

  /**
   * Takes the next event.
   *
   * @param previousCommit end of the commit before its transaction, {@link Lsn#ZERO} if none yet
   * @return whether it is new; false if it is in Kafka already
   * @throws HistoryBrokenException if what was captured is not what is sent again
   */
  boolean advance(long eventTransaction, Lsn previousCommit, Lsn change) {
    if (skipped < resumed.events()) {
      skip(eventTransaction, change);
      return false;
    }
    Lsn commit = previousCommit.equals(Lsn.ZERO) ? start : previousCommit;
    if (eventTransaction != transaction || !commit.equals(start)) {
      start = commit;
      transaction = eventTransaction;
      events = 0;
    }
    events++;
    lastChange = change;
    return true;
  }

  private void skip(long eventTransaction, Lsn change) {
    skipped++;
    boolean last = skipped == resumed.events();
    if (eventTransaction != resumed.transaction() || last && !change.equals(resumed.lastChange())) {
      throw new HistoryBrokenException(
          "Event "
              + skipped
              + " after "
              + resumed.start()
              + " belongs to transaction "
              + eventTransaction
              + " at "
              + change
              + ", but what was captured before is "
              + resumed);
    }
  }

  /** Whether the event just taken is the first of its transaction. */
  boolean atFirstEvent() {
    return events == 1 && skipped == resumed.events();
  }

  /** Where to go on after everything taken so far. */
  ResumePoint point() {
    return new ResumePoint(start, transaction, events, lastChange);
  }
}
