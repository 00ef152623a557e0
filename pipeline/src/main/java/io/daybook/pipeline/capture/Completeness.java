// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import java.time.Instant;

/**
 * What is known to be complete, from the events seen so far. Not thread-safe.
 *
 * <p>Postgres sends transactions in the order of their commits. So an event says that every
 * transaction up to the commit before its own is complete; and since its own transaction commits
 * after the change itself was written, every other one that committed at or before the change's LSN
 * is complete as well. The greater of the two is exact as an LSN.
 *
 * <p>The time is informative only: Postgres takes a commit's time just before it writes the commit,
 * so two that are close may stand in the other order. It is the conservative one: the commit time
 * of the transaction before, or the source's clock as read a round trip before a heartbeat was
 * written; never the commit time of a transaction that may still be incomplete.
 */
final class Completeness {
  private Lsn lsn;
  private Instant time;
  private Instant openTransactionTime;
  private Lsn awaited = Lsn.ZERO;

  Completeness(Lsn lsn, Instant time) {
    this.lsn = lsn;
    this.time = time;
  }

  void event(boolean firstOfTransaction, Lsn previousCommit, Lsn change, Instant commitTime) {
    if (firstOfTransaction) {
      reach(openTransactionTime);
      openTransactionTime = commitTime;
    }
    reach(previousCommit);
    reach(change);
  }

  void heartbeat(Instant sourceClock) {
    reach(sourceClock);
  }

  /** Something was written that only what follows makes right, all of it up to this LSN. */
  void await(Lsn settling) {
    if (settling.compareTo(awaited) > 0) {
      awaited = settling;
    }
  }

  /** The LSN that is awaited still, {@link Lsn#ZERO} if none is. */
  Lsn awaited() {
    return lsn.compareTo(awaited) < 0 ? awaited : Lsn.ZERO;
  }

  /** The watermark of now, or null while no time is known or something is awaited. */
  Watermark watermark(int epoch) {
    return time == null || !awaited().equals(Lsn.ZERO) ? null : new Watermark(epoch, lsn, time);
  }

  private void reach(Lsn other) {
    if (other.compareTo(lsn) > 0) {
      lsn = other;
    }
  }

  private void reach(Instant other) {
    if (other != null && (time == null || other.isAfter(time))) {
      time = other;
    }
  }
}
