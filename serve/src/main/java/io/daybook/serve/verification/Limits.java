// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.time.Duration;

/**
 * The bounds of a verification.
 *
 * @param catchUp how long a rollup may take to become complete through a position
 * @param poll how often its freshness is looked at meanwhile
 * @param roundsMax how often a key that differs is looked at again
 * @param batchKeys how many keys are looked at again together, and held in memory
 * @param fetchRows rows that a cursor fetches at once, on either side
 * @param differencesMax differences that are listed; all are counted
 * @param progressEvery keys between two reports of progress
 */
public record Limits(
    Duration catchUp,
    Duration poll,
    int roundsMax,
    int batchKeys,
    int fetchRows,
    int differencesMax,
    int progressEvery) {
  public static final Limits DEFAULT = new Limits(Duration.ofSeconds(60));

  /** Everything at its default but the time to catch up. */
  public Limits(Duration catchUp) {
    this(catchUp, Duration.ofMillis(20), 5, 2_000, 1_000, 1_000, 100_000);
  }
}
