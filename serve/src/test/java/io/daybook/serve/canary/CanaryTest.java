// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What samples come to, computed by hand. */
class CanaryTest {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 1);
  private static final Slo SLO = new Slo(Duration.ofMillis(100), Duration.ofMillis(10));

  @Test
  void percentilesAreByNearestRank() {
    List<Double> five = List.of(15.0, 20.0, 35.0, 40.0, 50.0);
    assertEquals(15, Percentile.of(5, five));
    assertEquals(20, Percentile.of(30, five));
    assertEquals(20, Percentile.of(40, five));
    assertEquals(35, Percentile.of(50, five));
    assertEquals(50, Percentile.of(95, five));
    assertEquals(50, Percentile.of(100, five));
    List<Double> hundred = IntStream.rangeClosed(1, 100).mapToObj(Double::valueOf).toList();
    assertEquals(50, Percentile.of(50, hundred));
    assertEquals(95, Percentile.of(95, hundred));
    List<Double> twenty = IntStream.rangeClosed(1, 20).mapToObj(Double::valueOf).toList();
    assertEquals(19, Percentile.of(95, twenty));
    assertEquals(7, Percentile.of(1, List.of(7.0)));
    assertEquals(4, Percentile.of(50, List.of(8.0, 2.0, 4.0)), "in any order");
  }

  @Test
  void justWithinWhatIsPromisedIsAGoAndJustAboveItIsNot() {
    PhaseResult within = PhaseResult.of(Phase.COLD, 3, SLO, cold(90, 95, 100));
    assertEquals(List.of(), within.reasons());
    assertEquals(95.0, within.p50Ms());
    assertEquals(100.0, within.p95Ms());
    assertEquals(0.0, within.gapMs());
    assertEquals(0.0, within.hitRate());

    PhaseResult above = PhaseResult.of(Phase.COLD, 3, SLO, cold(90, 95, 100.1));
    assertEquals(List.of("cold: p95 of 100.1 ms is above the 100 ms promised"), above.reasons());
    assertTrue(above.gapMs() < 0);
    assertTrue(above.sufficient());
  }

  @Test
  void anyErrorAnyMissingHeaderAndTooFewSamplesAreANoGo() {
    List<Sample> samples = new ArrayList<>(cold(1, 2, 3));
    samples.add(sample(Phase.COLD, 503, "miss", 1.0, "status 503"));
    PhaseResult error = PhaseResult.of(Phase.COLD, 3, SLO, samples);
    assertEquals(List.of("cold: status 503"), error.reasons());
    assertEquals(1, error.errors());
    assertEquals(3, error.samples());

    PhaseResult few = PhaseResult.of(Phase.COLD, 4, SLO, cold(1, 2, 3));
    assertEquals(List.of("cold: 3 samples of 4 count"), few.reasons());

    PhaseResult none = PhaseResult.of(Phase.WARM, 2, SLO, List.of());
    assertNull(none.p95Ms());
    assertNull(none.hitRate());
    assertEquals(List.of("warm: 0 samples of 2 count"), none.reasons());
  }

  @Test
  void aColdAnswerFromTheCacheIsNoColdAnswer() {
    List<Sample> samples = new ArrayList<>(cold(50, 60));
    samples.add(sample(Phase.COLD, 200, "hit", 1.0, null));
    PhaseResult result = PhaseResult.of(Phase.COLD, 3, SLO, samples);
    assertEquals(60.0, result.p95Ms());
    assertEquals(
        List.of("cold: 2 samples of 3 count, 1 were in the cache already: take another seed"),
        result.reasons());
    assertEquals(1.0 / 3, result.hitRate());
  }

  @Test
  void precomputeIsNeededWhereTheLiveQueryDoesNotKeepWhatIsPromised() {
    assertEquals("needed", decision(cold(90, 101), warm(1, 1), cold(1, 1), warm(1, 1)));
    assertEquals("needed", decision(cold(9, 9), warm(1, 11), cold(1, 1), warm(1, 1)));
    assertEquals("not-needed", decision(cold(90, 100), warm(1, 10), cold(1, 1), warm(1, 1)));
    assertEquals("insufficient-samples", decision(cold(101), warm(1, 1), cold(1, 1), warm(1, 1)));
    List<Sample> broken = new ArrayList<>(warm(1, 1));
    broken.add(sample(Phase.WARM, 500, null, 1, "status 500"));
    assertEquals("insufficient-samples", decision(cold(90, 101), warm(1, 1), cold(1, 1), broken));
  }

  @Test
  void aLiveQueryThatIsGivenUpOnIsTooSlow() {
    List<Sample> givenUp = new ArrayList<>(cold(90));
    givenUp.add(sample(Phase.COLD, 503, null, 30_000, "status 503"));
    assertEquals("needed", decision(givenUp, warm(1, 1), cold(1, 1), warm(1, 1)));
    assertEquals(
        "insufficient-samples",
        decision(givenUp, List.of(), cold(1, 1), warm(1, 1)),
        "no warm one");
    List<Sample> refused = new ArrayList<>(cold(90));
    refused.add(sample(Phase.COLD, 401, null, 1, "status 401"));
    assertEquals("insufficient-samples", decision(refused, warm(1, 1), cold(1, 1), warm(1, 1)));
    assertEquals(
        "insufficient-samples", decision(cold(1, 1), warm(1, 1), givenUp, warm(1, 1)), "rollup");
  }

  private static String decision(
      List<Sample> liveCold, List<Sample> liveWarm, List<Sample> cold, List<Sample> warm) {
    return Comparison.of(report(liveCold, liveWarm), report(cold, warm))
        .decisions()
        .get(0)
        .precompute();
  }

  private static CanaryReport report(List<Sample> cold, List<Sample> warm) {
    List<Sample> all = new ArrayList<>(cold);
    all.addAll(warm);
    Endpoint endpoint =
        new Endpoint("e", "/e", "workspace", "from", "to", 30, java.util.Map.of(), SLO);
    EndpointResult result = EndpointResult.of(endpoint, 2, 2, all);
    return new CanaryReport(
        "http://x", "w", null, 1, 0, DAY, 1_000, null, null, result.verdict(), List.of(result));
  }

  private static List<Sample> cold(double... ms) {
    return samples(Phase.COLD, "miss", ms);
  }

  private static List<Sample> warm(double... ms) {
    return samples(Phase.WARM, "hit", ms);
  }

  private static List<Sample> samples(Phase phase, String cache, double... ms) {
    return DoubleStream.of(ms).mapToObj(each -> sample(phase, 200, cache, each, null)).toList();
  }

  private static Sample sample(
      Phase phase, int status, String cache, double wallMs, String problem) {
    return new Sample(1, phase, DAY, DAY, status, cache, "rollup", wallMs, wallMs, "id", problem);
  }
}
