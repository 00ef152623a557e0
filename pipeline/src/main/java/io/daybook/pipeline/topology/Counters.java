// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.concurrent.atomic.LongAdder;

/** What the processors of one rollup have done since the start; for people, not for accounting. */
public final class Counters {
  final LongAdder applied = new LongAdder();
  final LongAdder unchanged = new LongAdder();
  final LongAdder results = new LongAdder();
  final LongAdder superseded = new LongAdder();
  final LongAdder quarantined = new LongAdder();
  final LongAdder missing = new LongAdder();

  /** Events that changed a used column of a row. */
  public long applied() {
    return applied.sum();
  }

  /** Events after which every used column was as before. */
  public long unchanged() {
    return unchanged.sum();
  }

  /** Events of epochs before the first that counts. */
  public long superseded() {
    return superseded.sum();
  }

  /** Events that could not be read. */
  public long quarantined() {
    return quarantined.sum();
  }

  /** Events that capture says it wrote and that never came, or came twice. */
  public long missing() {
    return missing.sum();
  }

  /** Rollup records written. */
  public long results() {
    return results.sum();
  }
}
