// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.util.List;

/**
 * The result of a verification; its components are the fields of {@code verify --json}.
 *
 * @param verdict equal only when every key of every rollup was compared and found equal
 * @param position where the comparison stands: each rollup was compared as of here or later; null
 *     without rollups
 * @param rowsCompared keys that either side had
 * @param rechecked keys that differed at first and were looked at again
 * @param differenceCount values that differ; a missing or extra row counts as one
 * @param differences the first 1000 of them
 * @param excused keys that differ, of workspaces that are degraded: their readers get the live
 *     query
 * @param undecided keys that kept changing while they were looked at, or whose rollup did not catch
 *     up in time
 * @param uncompared rollups that were not compared to the end: they did not catch up, or the user's
 *     SELECT failed
 * @param reasons why something is undecided, a sentence for each rollup
 */
public record Verification(
    Verdict verdict,
    Position position,
    long rowsCompared,
    long rechecked,
    long differenceCount,
    List<Difference> differences,
    long excused,
    long undecided,
    long uncompared,
    List<String> reasons) {
  /** With this {@link #firstDifference} begins. */
  public static final String DIFFERENCES = "differences: ";

  public Verification {
    differences = List.copyOf(differences);
    reasons = List.copyOf(reasons);
  }

  /** Everything was compared and nothing differs but what kept changing: readers may have it. */
  public boolean foundNothing() {
    return differenceCount == 0 && uncompared == 0;
  }

  /** How many there are, and the first in words; there must be one. */
  public String firstDifference() {
    Difference first = differences.get(0);
    return DIFFERENCES
        + "%d, the first in %s %s: rollup %s, live %s"
            .formatted(
                differenceCount,
                first.key(),
                first.column(),
                first.rollupValue(),
                first.liveValue());
  }

  /**
   * A moment of the source.
   *
   * @param lsn in Postgres' text form
   * @param time in ISO 8601, UTC
   */
  public record Position(String lsn, String time) {}
}
