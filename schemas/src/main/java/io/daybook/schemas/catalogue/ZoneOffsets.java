// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.util.Arrays;

/**
 * A time zone as Postgres knows it, so that no other release of the tz database decides. After the
 * last instant it goes on in the calendar's cycle of 400 years, as in Postgres.
 *
 * @param instants seconds since 1970-01-01 UTC, ascending, at which the offset changes
 * @param offsets seconds east of UTC: before the first instant, and from each on
 */
public record ZoneOffsets(long[] instants, int[] offsets) {
  /** 400 years. */
  private static final long CYCLE = 146_097L * 86_400;

  private static final long DAY = 86_400;

  /** First second for which Postgres was not asked; 400 years after all zones had fixed rules. */
  public static final long END = 16_725_225_600L;

  /** First second that was asked for. */
  public static final long START = -5_364_662_400L;

  /** Seconds east of UTC at an instant. */
  public int at(long instant) {
    long within = instant < END ? instant : END - CYCLE + Math.floorMod(instant - END, CYCLE);
    int found = Arrays.binarySearch(instants, within);
    return offsets[found >= 0 ? found + 1 : -found - 1];
  }

  /**
   * The instant of a local time, both in seconds since 1970-01-01: the offset before a gap, the one
   * after an overlap.
   *
   * @see <a href="https://www.postgresql.org/docs/current/datetime-invalid-input.html">Handling of
   *     invalid or ambiguous timestamps</a>
   */
  public long toInstant(long local) {
    long start = local - DAY;
    long boundary = next(start);
    long asBefore = local - at(start);
    if (boundary == Long.MAX_VALUE) {
      return asBefore;
    }
    long asAfter = local - at(boundary);
    if (asBefore < boundary && asAfter < boundary) {
      return asBefore;
    }
    if (asBefore > boundary && asAfter >= boundary) {
      return asAfter;
    }
    return asBefore > asAfter ? asBefore : asAfter;
  }

  /** The first change after an instant; the largest number for none. */
  private long next(long instant) {
    long cycles = instant < END ? 0 : Math.floorDiv(instant - END, CYCLE) + 1;
    long within = instant - cycles * CYCLE;
    int found = Arrays.binarySearch(instants, within + 1);
    int index = found >= 0 ? found : -found - 1;
    return index == instants.length ? Long.MAX_VALUE : instants[index] + cycles * CYCLE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ZoneOffsets zone
        && Arrays.equals(instants, zone.instants)
        && Arrays.equals(offsets, zone.offsets);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(instants) + Arrays.hashCode(offsets);
  }
}
