// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

/**
 * Splits a total over ranks whose shares fall as a power of the rank.
 *
 * @param bounds cumulative shares: rank {@code i} holds {@code bounds[i]} to {@code bounds[i + 1]}
 */
record PowerLaw(double[] bounds) {

  /** The law under which the first of {@code ranks} holds {@code largestShare} of everything. */
  static PowerLaw of(int ranks, double largestShare) {
    if (largestShare * ranks < 1) {
      throw new IllegalArgumentException(
          "largest share " + largestShare + " is below an even split over " + ranks + " ranks");
    }
    double low = 0;
    double high = 8;
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (1 / sum(ranks, middle) < largestShare) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[] bounds = new double[ranks + 1];
    double sum = sum(ranks, low);
    for (int rank = 0; rank < ranks; rank++) {
      bounds[rank + 1] = bounds[rank] + Math.pow(rank + 1, -low) / sum;
    }
    bounds[ranks] = 1;
    return new PowerLaw(bounds);
  }

  /** The first of {@code total} numbered things that belongs to a rank; the next rank's ends it. */
  int first(int rank, int total) {
    return (int) Math.floor(bounds[rank] * total);
  }

  /** The rank that numbered thing belongs to, searched upwards from a rank that is not past it. */
  int rankOf(int number, int total, int from) {
    int rank = from;
    while (number >= first(rank + 1, total)) {
      rank++;
    }
    return rank;
  }

  private static double sum(int ranks, double exponent) {
    double sum = 0;
    for (int rank = 1; rank <= ranks; rank++) {
      sum += Math.pow(rank, -exponent);
    }
    return sum;
  }
}
