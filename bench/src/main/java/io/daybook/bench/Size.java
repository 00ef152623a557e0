// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import java.time.Duration;

/** How much is measured. */
enum Size {
  /** Some minutes; shows whether something moved. */
  QUICK(2, 1, Duration.ofSeconds(15)),

  /** A million messages of a hundred thousand leads; the figures that are published. */
  USUAL(17, 3, Duration.ofSeconds(60));

  private final int scale;
  private final int repetitions;
  private final Duration steady;

  Size(int scale, int repetitions, Duration steady) {
    this.scale = scale;
    this.repetitions = repetitions;
    this.steady = steady;
  }

  /** Of the sample data. */
  int scale() {
    return scale;
  }

  /** Of each measurement; medians are given. */
  int repetitions() {
    return repetitions;
  }

  /** How long steady use is looked at. */
  Duration steady() {
    return steady;
  }
}
