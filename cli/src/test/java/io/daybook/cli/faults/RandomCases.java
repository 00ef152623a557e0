// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.pipeline.topology.StateFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Random cases with an oracle beside them. They need no site: nothing is killed. */
interface RandomCases extends Reported {

  /**
   * What the cases of one seed have come to.
   *
   * @param cases comparisons of a whole rollup with its oracle
   * @param withRows those that found rows
   * @param differences rows that differed
   * @param failures in words, each with a case that is as short as can be
   * @param summary of what was run
   */
  record Outcome(
      int cases, int withRows, long differences, List<String> failures, String summary) {}

  /** Runs the cases of a seed; what it writes goes into the folder. */
  Outcome run(long seed, Path folder) throws Exception;

  @Override
  default FaultRow row(FaultOptions options, Sites sites) throws Exception {
    int cases = 0;
    int withRows = 0;
    long differences = 0;
    List<FaultRow.Failure> failures = new ArrayList<>();
    for (long seed : options.seeds()) {
      final long start = System.nanoTime();
      Outcome outcome = inFolder(seed);
      cases += outcome.cases;
      withRows += outcome.withRows;
      differences += outcome.differences;
      System.out.printf(
          "[%s] seed %d: %s, in %d s%n",
          id(), seed, outcome.summary, (System.nanoTime() - start) / 1_000_000_000);
      if (!outcome.failures.isEmpty()) {
        outcome.failures.forEach(each -> System.out.printf("[%s] FAILED: %s%n", id(), each));
        failures.add(new FaultRow.Failure(seed, 0, outcome.summary, null, outcome.failures));
      }
    }
    return new FaultRow(
        id(),
        title(),
        options.seeds().size(),
        cases,
        withRows,
        differences,
        0,
        0,
        0,
        null,
        null,
        failures);
  }

  private Outcome inFolder(long seed) throws Exception {
    Path folder = StateFolders.create();
    try {
      return run(seed, folder);
    } finally {
      Sites.delete(folder);
    }
  }
}
