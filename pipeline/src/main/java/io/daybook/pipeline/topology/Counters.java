// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.concurrent.atomic.LongAdder;

/** What the processors of one rollup have done since the start; for people, not for accounting. */
public final class Counters {
  final LongAdder applied = new LongAdder();
  final LongAdder unchanged = new LongAdder();
  final LongAdder results = new LongAdder();

  /** Events that changed a used column of a row. */
  public long applied() {
    return applied.sum();
  }

  /** Events after which every used column was as before. */
  public long unchanged() {
    return unchanged.sum();
  }

  /** Rollup records written. */
  public long results() {
    return results.sum();
  }
}
