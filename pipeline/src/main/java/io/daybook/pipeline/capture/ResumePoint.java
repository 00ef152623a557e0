// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;

/**
 * Where streaming goes on after a restart, exactly: Postgres sends again every transaction that
 * committed after {@code start}, whole and in the same order, and the first {@code events} events
 * of the first one are already in Kafka.
 *
 * <p>Why a transaction and a count: the LSNs of changes neither are unique (all rows of a COPY or
 * of a multi-row INSERT share one, so do the halves of a key update) nor grow from one transaction
 * to the next; the commit is the only thing that is ordered. Since the slot is never confirmed
 * beyond {@code start}, what a restart needs and what the slot may forget are the same LSN.
 *
 * @param start end of the last commit that is complete in Kafka; the slot may be confirmed up to it
 * @param transaction id of the transaction of the last event, 0 before the first
 * @param events how many of its events are in Kafka
 * @param lastChange LSN of the last of them, to recognise it again
 */
record ResumePoint(Lsn start, long transaction, long events, Lsn lastChange) {

  static ResumePoint at(Lsn start) {
    return new ResumePoint(start, 0, 0, Lsn.ZERO);
  }
}
