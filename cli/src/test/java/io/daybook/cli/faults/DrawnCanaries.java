// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.serve.canary.Endpoint;
import io.daybook.serve.canary.EndpointResult;
import io.daybook.serve.canary.Phase;
import io.daybook.serve.canary.Sample;
import io.daybook.serve.canary.Slo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random samples about what is promised, with errors, time-outs and hits among them: the canary's
 * verdict is the one that counting by hand comes to.
 */
final class DrawnCanaries implements RandomCases {
  private static final int CASES = 2_000;
  private static final int SLO_MS = 1_000;
  private static final LocalDate DAY = LocalDate.of(2026, 1, 1);

  @Override
  public String id() {
    return "F27";
  }

  @Override
  public String title() {
    return "random canaries about what is promised, errors and time-outs among them";
  }

  @Override
  public Outcome run(long seed, Path folder) {
    Random random = new Random(seed);
    List<String> failures = new ArrayList<>();
    int stopped = 0;
    long differences = 0;
    for (int i = 0; i < CASES; i++) {
      int wanted = 1 + random.nextInt(30);
      List<Sample> samples = new ArrayList<>();
      for (Phase phase : Phase.values()) {
        int taken = random.nextInt(20) == 0 ? wanted - 1 : wanted;
        for (int j = 0; j < taken; j++) {
          samples.add(sample(phase, random));
        }
      }
      Endpoint endpoint =
          new Endpoint(
              "e",
              "/e",
              "workspace",
              "from",
              "to",
              30,
              Map.of(),
              new Slo(Duration.ofMillis(SLO_MS), Duration.ofMillis(SLO_MS)));
      String verdict = EndpointResult.of(endpoint, wanted, wanted, samples).verdict();
      boolean go = isGo(samples, wanted);
      stopped += go ? 0 : 1;
      if (verdict.equals("go") != go) {
        differences++;
        failures.add("%s, and should be %s: %s".formatted(verdict, go, samples));
      }
    }
    String summary = "%d canaries, %d of them no-go".formatted(CASES, stopped);
    return new Outcome(CASES, stopped, differences, failures, summary);
  }

  /** Most keep what is promised, some by a hair and some not. */
  private static Sample sample(Phase phase, Random random) {
    double ms =
        random.nextInt(40) == 0
            ? SLO_MS + random.nextInt(3) - 1 + random.nextInt(2) * 0.001
            : random.nextInt(SLO_MS);
    boolean hit = phase == Phase.WARM ? random.nextInt(4) > 0 : random.nextInt(400) == 0;
    String problem =
        random.nextInt(600) == 0 ? "status 500" : random.nextInt(600) == 0 ? "no answer" : null;
    return new Sample(
        1, phase, DAY, DAY, 200, hit ? "hit" : "miss", "rollup", ms, ms, "id", problem);
  }

  /** By counting: no value is sorted, and none is ranked. */
  private static boolean isGo(List<Sample> samples, int wanted) {
    for (Phase phase : Phase.values()) {
      int counting = 0;
      int within = 0;
      for (Sample each : samples) {
        if (each.phase() != phase) {
          continue;
        } else if (each.problem() != null) {
          return false;
        } else if (phase == Phase.COLD && "hit".equals(each.cache())) {
          continue;
        }
        counting++;
        within += each.wallMs() <= SLO_MS ? 1 : 0;
      }
      // The smallest value that 95 of 100 are not above is within, where so many are.
      if (counting < wanted || within * 100 < counting * 95) {
        return false;
      }
    }
    return true;
  }
}
