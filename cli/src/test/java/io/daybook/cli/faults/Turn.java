// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.time.Duration;
import java.util.Random;

/**
 * Which injection of a run it is, and its share of chance: the same seed and number give the same.
 *
 * @param number from 0, within the seed
 * @param perSeed injections of each seed
 */
record Turn(long seed, int number, int perSeed, Random random) {

  /** One of so many variants; successive seeds and numbers go through all of them. */
  int variant(int variants) {
    return (int) Math.floorMod(seed * perSeed + number, (long) variants);
  }

  /** A time below the limit. */
  Duration below(Duration limit) {
    return Duration.ofMillis(random.nextInt(Math.toIntExact(limit.toMillis())));
  }

  int below(int limit) {
    return random.nextInt(limit);
  }
}
