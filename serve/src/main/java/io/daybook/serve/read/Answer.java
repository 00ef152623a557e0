// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import java.time.Instant;
import java.util.List;

/**
 * Rows, and where they come from.
 *
 * @param source {@link #ROLLUP} or {@link #LIVE}
 * @param reason why, as {@code source_of_<rollup>} says it
 * @param generation that readers get; null where that cannot be read
 * @param completeThrough commit time up to which the rollup has everything, whether the answer is
 *     from it or not; null where it is not known
 * @param asOf every transaction that had committed then is in the answer; by the database's clock
 * @param columns of the rows
 * @param rows values as Postgres prints them, null for NULL
 */
public record Answer(
    String source,
    String reason,
    Integer generation,
    Instant completeThrough,
    Instant asOf,
    List<Column> columns,
    List<List<String>> rows) {
  public static final String ROLLUP = "rollup";
  public static final String LIVE = "live";

  /** Served, although it is further behind than the limit, since it is set so. */
  private static final String STALE = "stale";

  /** A column of an answer. */
  public record Column(String name, Kind kind) {}

  /** What JSON makes of a value. */
  public enum Kind {
    /** A number, or a text where JSON has none: NaN, Infinity. */
    NUMBER,
    BOOLEAN,
    /** It is JSON already. */
    JSON,
    TEXT
  }

  public boolean ofRollup() {
    return source.equals(ROLLUP);
  }

  /** Whether it has all that was committed up to a time within the freshness limit. */
  public boolean complete() {
    return !(ofRollup() && reason.equals(STALE));
  }
}
