// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.util.List;

/**
 * What a fault has come to, over all its seeds; the fields of {@code faults.json}.
 *
 * @param hit injections that are proven to have hit
 * @param worstStalenessMs of an answer that was served from a rollup; null where none was
 * @param recoveryMsP50 from an injection until every rollup is complete through it
 * @param failures what was not as it must be
 */
record FaultRow(
    String fault,
    String title,
    int seeds,
    int injections,
    int hit,
    long differences,
    long excused,
    long expectedExcused,
    long worstStalenessMs,
    Long recoveryMsP50,
    Long recoveryMsMax,
    List<Failure> failures) {

  /**
   * One injection that went wrong.
   *
   * @param folder with all logs; null where nothing writes any
   */
  record Failure(long seed, int injection, String proof, String folder, List<String> complaints) {}

  static final String HEADER =
      "| fault | | seeds | injections | hit | differences | excused / expected"
          + " | worst staleness | recovery p50 | recovery max | failures |\n"
          + "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";

  /** A line of the table. */
  String line() {
    return "| %s | %s | %d | %d | %d | %d | %d / %d | %d ms | %s | %s | %d |%n"
        .formatted(
            fault,
            title,
            seeds,
            injections,
            hit,
            differences,
            excused,
            expectedExcused,
            worstStalenessMs,
            recoveryMsP50 == null ? "-" : recoveryMsP50 + " ms",
            recoveryMsMax == null ? "-" : recoveryMsMax + " ms",
            failures.size());
  }

  /** Whether all is as it must be, with at least two injections that hit for each seed. */
  boolean passed() {
    return failures.isEmpty() && differences == 0 && excused == expectedExcused && hit >= 2 * seeds;
  }
}
