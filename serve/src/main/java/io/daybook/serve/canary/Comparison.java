// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether rollups are worth having: the same endpoints with both modes.
 *
 * @param live with the live query
 * @param rollup with the rollup
 * @param decisions by endpoint, in order
 */
public record Comparison(CanaryReport live, CanaryReport rollup, List<Decision> decisions) {

  /**
   * For one endpoint.
   *
   * @param precompute {@code needed} where the live query does not keep what is promised, {@code
   *     not-needed} where it does, {@code insufficient-samples} where that cannot be said
   */
  public record Decision(
      String endpoint,
      String precompute,
      Double liveColdP95Ms,
      Double rollupColdP95Ms,
      Double liveWarmP95Ms,
      Double rollupWarmP95Ms) {}

  /** Of two reports with the same endpoints. */
  public static Comparison of(CanaryReport live, CanaryReport rollup) {
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < live.endpoints().size(); i++) {
      EndpointResult one = live.endpoints().get(i);
      EndpointResult other = rollup.endpoints().get(i);
      String precompute =
          !other.sufficient() || !one.sufficient() && !one.isTooSlow()
              ? "insufficient-samples"
              : one.sufficient() && one.keepsSlo() ? "not-needed" : "needed";
      decisions.add(
          new Decision(
              one.name(),
              precompute,
              one.cold().p95Ms(),
              other.cold().p95Ms(),
              one.warm().p95Ms(),
              other.warm().p95Ms()));
    }
    return new Comparison(live, rollup, List.copyOf(decisions));
  }
}
