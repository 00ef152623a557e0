// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.util.ArrayList;
import java.util.List;

/**
 * What the samples of one phase come to.
 *
 * @param samples that count
 * @param wanted that were asked for
 * @param errors samples that are not as they must be
 * @param overdue errors that took longer than is promised: what a query comes to that a server or
 *     the canary gives up on
 * @param p50Ms by the clock of who asks; null without samples, like all that follow
 * @param headerP95Ms by the server's own account
 * @param hitRate of all samples that had an answer
 * @param sloMs what {@code p95Ms} may be
 * @param gapMs how far it is below that; negative above
 * @param reasons why it is a no-go; empty for a go
 */
public record PhaseResult(
    Phase phase,
    int samples,
    int wanted,
    int errors,
    int overdue,
    Double p50Ms,
    Double p95Ms,
    Double headerP50Ms,
    Double headerP95Ms,
    Double hitRate,
    double sloMs,
    Double gapMs,
    List<String> reasons) {

  static PhaseResult of(Phase phase, int wanted, Slo slo, List<Sample> all) {
    List<Sample> counting = all.stream().filter(Sample::counts).toList();
    List<Double> wall = counting.stream().map(Sample::wallMs).toList();
    List<Double> header = counting.stream().map(Sample::headerMs).toList();
    List<Sample> answered = all.stream().filter(each -> each.problem() == null).toList();
    int errors = all.size() - answered.size();
    double sloMs = slo.limitMs(phase);
    long overdue =
        all.stream().filter(each -> each.problem() != null && each.wallMs() > sloMs).count();
    Double p95 = percentile(95, wall);
    List<String> reasons = new ArrayList<>();
    all.stream()
        .map(Sample::problem)
        .filter(each -> each != null)
        .distinct()
        .forEach(each -> reasons.add("%s: %s".formatted(phase.text(), each)));
    long hits = answered.stream().filter(Sample::hit).count();
    if (counting.size() < wanted) {
      reasons.add(
          "%s: %d samples of %d count%s"
              .formatted(
                  phase.text(),
                  counting.size(),
                  wanted,
                  phase == Phase.COLD && hits > 0
                      ? ", %d were in the cache already: take another seed".formatted(hits)
                      : ""));
    }
    if (p95 != null && p95 > sloMs) {
      reasons.add(
          "%s: p95 of %.1f ms is above the %.0f ms promised".formatted(phase.text(), p95, sloMs));
    }
    return new PhaseResult(
        phase,
        counting.size(),
        wanted,
        errors,
        (int) overdue,
        percentile(50, wall),
        p95,
        percentile(50, header),
        percentile(95, header),
        answered.isEmpty() ? null : (double) hits / answered.size(),
        sloMs,
        p95 == null ? null : sloMs - p95,
        List.copyOf(reasons));
  }

  private static Double percentile(int percent, List<Double> values) {
    return values.isEmpty() ? null : Percentile.of(percent, values);
  }

  /** Whether there are enough samples, none of them wrong, to say how long it takes. */
  boolean sufficient() {
    return samples >= wanted && errors == 0;
  }

  /** Whether all that is wrong is that it took too long, so often that it matters. */
  boolean isTooSlow() {
    int all = samples + overdue;
    return errors == overdue && all >= wanted && overdue * 100 > all * 5;
  }

  boolean keepsSlo() {
    return p95Ms != null && p95Ms <= sloMs;
  }
}
