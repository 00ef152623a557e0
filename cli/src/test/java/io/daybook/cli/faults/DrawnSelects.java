// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.cli.selects.SelectCases;
import java.nio.file.Path;

/** Random changes of random tables: rollups are what Postgres answers to their random SELECTs. */
final class DrawnSelects implements RandomCases {
  private static final int SELECTS = 1_000;
  private static final int ROUNDS = 4;

  @Override
  public String id() {
    return "F31";
  }

  @Override
  public String title() {
    return "random changes and SELECTs, against Postgres";
  }

  @Override
  public Outcome run(long seed, Path folder) throws Exception {
    StackSettings settings = StackSettings.in(folder.resolve("servers"));
    try (EmbeddedStack stack = EmbeddedStack.start(settings)) {
      SelectCases cases = new SelectCases(stack.superuser(), folder.resolve("state"), ROUNDS);
      long first = seed * SELECTS;
      cases.run(first, SELECTS);
      return new Outcome(
          cases.comparisons(),
          cases.withRows(),
          cases.differences(),
          cases.failures(),
          "SELECTs from %d on, compared %d times".formatted(first, cases.comparisons()));
    }
  }
}
