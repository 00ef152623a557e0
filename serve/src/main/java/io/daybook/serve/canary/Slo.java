// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.time.Duration;

/**
 * What is promised of an endpoint.
 *
 * @param cold the 95th percentile of answers that nobody has asked for before
 * @param warm the same of answers that were asked for a moment ago
 */
public record Slo(Duration cold, Duration warm) {
  /** Of a page that people wait for. */
  public static final Slo USUAL = new Slo(Duration.ofMillis(3_000), Duration.ofMillis(1_500));

  double limitMs(Phase phase) {
    return (phase == Phase.COLD ? cold : warm).toNanos() / 1e6;
  }
}
