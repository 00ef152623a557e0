// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.util.List;

/** Percentiles by nearest rank: always one of the values. */
final class Percentile {
  private Percentile() {}

  /**
   * The smallest value that is not below {@code percent} of the values.
   *
   * @param values at least one
   * @param percent from 1 to 100
   */
  static double of(int percent, List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int rank = (percent * sorted.size() + 99) / 100;
    return sorted.get(rank - 1);
  }
}
