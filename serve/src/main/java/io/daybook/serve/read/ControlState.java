// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What the target said a moment ago.
 *
 * @param version of the switch, of settings and of the pointers to generations: while it is the
 *     same, so are they
 * @param freshnessLimit how far behind a rollup may be
 * @param databaseTime by the target's clock, not before it was read
 * @param askedAtNanos by {@link System#nanoTime} before it was read
 * @param rollups by name
 */
public record ControlState(
    long version,
    Duration freshnessLimit,
    Instant databaseTime,
    long askedAtNanos,
    Map<String, RollupShape> rollups) {
  public ControlState {
    rollups = Map.copyOf(rollups);
  }

  /** The target's clock now; a little more, by the time that the question was on its way. */
  Instant databaseNow() {
    return databaseTime.plusNanos(System.nanoTime() - askedAtNanos);
  }

  /** Whether something that is complete through this time is within the limit. */
  public boolean isFresh(Instant completeThrough) {
    return !completeThrough.isBefore(databaseNow().minus(freshnessLimit));
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - askedAtNanos);
  }
}
