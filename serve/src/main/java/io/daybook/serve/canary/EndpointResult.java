// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.util.List;
import java.util.stream.Stream;

/**
 * What an endpoint comes to.
 *
 * @param verdict {@link #GO} or {@link #NO_GO}
 * @param reasons why it is a no-go; empty for a go
 */
public record EndpointResult(
    String name,
    String path,
    String verdict,
    List<String> reasons,
    PhaseResult cold,
    PhaseResult warm,
    List<Sample> samples) {
  public static final String GO = "go";
  public static final String NO_GO = "no-go";

  /**
   * What samples come to.
   *
   * @param cold samples that were asked for
   * @param warm likewise
   */
  public static EndpointResult of(Endpoint endpoint, int cold, int warm, List<Sample> samples) {
    PhaseResult first = PhaseResult.of(Phase.COLD, cold, endpoint.slo(), of(Phase.COLD, samples));
    PhaseResult then = PhaseResult.of(Phase.WARM, warm, endpoint.slo(), of(Phase.WARM, samples));
    List<String> reasons =
        Stream.concat(first.reasons().stream(), then.reasons().stream()).toList();
    return new EndpointResult(
        endpoint.name(),
        endpoint.path(),
        reasons.isEmpty() ? GO : NO_GO,
        reasons,
        first,
        then,
        List.copyOf(samples));
  }

  private static List<Sample> of(Phase phase, List<Sample> all) {
    return all.stream().filter(each -> each.phase() == phase).toList();
  }

  /** Whether every request had the answer that it must have, however long it took. */
  public boolean answered() {
    return cold.errors() == 0 && warm.errors() == 0;
  }

  boolean sufficient() {
    return cold.sufficient() && warm.sufficient();
  }

  /** Whether it is known to take longer than is promised, if only from what was given up on. */
  boolean isTooSlow() {
    return (cold.sufficient() || cold.isTooSlow())
        && (warm.sufficient() || warm.isTooSlow())
        && (cold.isTooSlow() || warm.isTooSlow());
  }

  boolean keepsSlo() {
    return cold.keepsSlo() && warm.keepsSlo();
  }
}
