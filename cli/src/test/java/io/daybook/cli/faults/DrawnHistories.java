// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.pipeline.topology.DrawnCases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Random histories under a clock that a test moves: the rollup is what plain maps add up to. */
final class DrawnHistories implements RandomCases {
  private static final int HISTORIES = 20;

  @Override
  public String id() {
    return "F32";
  }

  @Override
  public String title() {
    return "random histories under a fake clock, against plain maps";
  }

  @Override
  public Outcome run(long seed, Path folder) throws Exception {
    DrawnCases cases = new DrawnCases(folder);
    List<String> failures = new ArrayList<>();
    int events = 0;
    int comparisons = 0;
    int withRows = 0;
    long differences = 0;
    for (int i = 0; i < HISTORIES && failures.isEmpty(); i++) {
      DrawnCases.Result result = cases.run(seed * HISTORIES + i);
      events += result.events();
      comparisons += result.comparisons();
      withRows += result.withRows();
      differences += result.differences();
      if (result.failure() != null) {
        failures.add(result.failure());
      }
    }
    String summary = "%d events, compared %d times".formatted(events, comparisons);
    return new Outcome(comparisons, withRows, differences, failures, summary);
  }
}
