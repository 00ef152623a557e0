// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The result of {@code dev --once}.
 *
 * @param verified the comparison at rest found every row equal
 * @param rollupRows rows of all rollups, {@code rollups} by name
 * @param events changes captured after the snapshot: insert, update, delete
 * @param operations what the live load did, by kind
 * @param cacheBumps by how much the versions in Redis grew
 * @param freshnessMs from a commit to the row being readable by another connection
 */
public record OnceResult(
    boolean verified,
    long differences,
    long undecided,
    long rollupRows,
    Map<String, Long> rollups,
    Map<String, Long> events,
    Map<String, Long> operations,
    long cacheBumps,
    Percentiles freshnessMs,
    InitialLoad initialLoad,
    long seed) {

  /** Milliseconds by nearest rank. */
  public record Percentiles(long p50, long p95, long p99, int samples) {
    static Percentiles of(List<Long> millis) {
      List<Long> sorted = millis.stream().sorted().toList();
      return new Percentiles(
          rank(sorted, 0.50), rank(sorted, 0.95), rank(sorted, 0.99), sorted.size());
    }

    private static long rank(List<Long> sorted, double share) {
      int index = (int) Math.ceil(share * sorted.size()) - 1;
      return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, index));
    }
  }

  /** The snapshot: rows read, and the time until the rollups were complete. */
  public record InitialLoad(long rows, double seconds) {}

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("initial load  %,d rows in %.1f s".formatted(initialLoad.rows, initialLoad.seconds));
    lines.add("live load     " + events + " row changes captured");
    operations.forEach((kind, count) -> lines.add("              %6d %s".formatted(count, kind)));
    lines.add(
        "freshness     p50 %d ms, p95 %d ms, p99 %d ms from commit to readable row, %d samples"
            .formatted(freshnessMs.p50, freshnessMs.p95, freshnessMs.p99, freshnessMs.samples));
    lines.add("rollups       " + rollups + " rows");
    lines.add("cache         versions grew by " + cacheBumps);
    lines.add(
        (verified ? "VERIFIED      " : "NOT VERIFIED  ")
            + differences
            + " differences, "
            + undecided
            + " undecided; seed "
            + seed);
    return lines;
  }
}
