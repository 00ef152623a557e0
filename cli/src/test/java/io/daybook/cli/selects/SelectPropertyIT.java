// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.pipeline.topology.Shrinker;
import io.daybook.pipeline.topology.StateFolders;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random SELECTs over random tables with random histories: the rollup is what Postgres answers to
 * the SELECT itself. Another seed: {@code -Ddaybook.seed=N}; more: {@code -Ddaybook.selects=N}.
 */
class SelectPropertyIT {
  private static final int SELECTS = 300;
  private static final int ROUNDS = 3;
  private static final int SHRUNK = 8;
  private static final int TRIES_MAX = 500;

  /** A fact and three parents, each perhaps with a change of what was there before. */
  private static final int RECORDS_MAX = 8;

  private static EmbeddedStack stack;

  @TempDir(factory = StateFolders.class)
  Path state;

  @BeforeAll
  static void startServers(@TempDir Path servers) {
    stack = EmbeddedStack.start(StackSettings.in(servers));
  }

  @AfterAll
  static void stopServers() {
    stack.close();
  }

  @Test
  void rollupsAreWhatPostgresAnswersToTheirSelects() throws Exception {
    long seed = Long.getLong("daybook.seed", RandomGenerator.getDefault().nextInt(1_000_000));
    int selects = Integer.getInteger("daybook.selects", SELECTS);
    int rounds = Integer.getInteger("daybook.rounds", ROUNDS);
    System.out.println("SelectPropertyIT: -Ddaybook.seed=" + seed);
    long start = System.nanoTime();
    SelectCases cases = new SelectCases(stack.superuser(), state, rounds);
    cases.run(seed, selects);
    assertEquals(List.of(), cases.failures());
    System.out.printf(
        "SelectPropertyIT: %d SELECTs in %d s, %s%n",
        selects, (System.nanoTime() - start) / 1_000_000_000, cases.tally());
    if (selects >= SELECTS) {
      requireVariety(selects, cases.tally());
    }
  }

  @Test
  void recordsShrinkToThoseThatAnAnswerNeeds() throws Exception {
    int shrunk = 0;
    try (Connection connection = SelectCases.connect(stack.superuser())) {
      for (long number = 0; number < SHRUNK; number++) {
        SelectCase drawn = new SelectCase(number, connection, state, new Tally());
        assertEquals(List.of(), drawn.differences(ROUNDS));
        assertEquals(List.of(), drawn.differences(drawn.delivered()), "given once more");
        if (hasRows(drawn, drawn.delivered())) {
          List<Delivery> left =
              Shrinker.shrink(drawn.delivered(), TRIES_MAX, each -> hasRows(drawn, each)).left();
          assertTrue(left.size() <= RECORDS_MAX, left::toString);
          assertEquals(List.of(), drawn.differences(left));
          shrunk++;
        }
        connection.rollback();
      }
    }
    assertTrue(shrunk > SHRUNK / 2, "only " + shrunk + " had an answer");
  }

  private static boolean hasRows(SelectCase drawn, List<Delivery> deliveries) {
    Map<String, String> expected = drawn.expected(deliveries);
    return expected != null && !expected.isEmpty();
  }

  private static void requireVariety(int selects, Tally tally) {
    assertTrue(tally.of("with rows") * 4 >= selects * 3L, "most have rows: " + tally);
    tally.requireAtLeast(2_000, "row");
    tally.requireAtLeast(50, "JOIN", "LEFT JOIN", "WHERE", "FILTER");
    tally.requireAtLeast(50, "depth 1", "depth 2", "count(*)", "day of a date");
    tally.requireAtLeast(50, "workspace of the fact", "workspace of a parent", "day of the fact");
    tally.requireAtLeast(50, "day of a timestamp", "day of a parent", "dimensions 0");
    tally.requireAtLeast(50, "dimensions 1", "dimensions 2", "composite key");
    tally.requireAtLeast(
        20, "side by side", "depth 3", "two facts", "count(x)", "joins 1", "joins 2", "joins 3");
    tally.requireAtLeast(20, "sum of INT2", "sum of INT4", "sum of INT8", "sum of NUMERIC");
    for (ColumnType type : ColumnType.KEYS) {
      tally.requireAtLeast(20, "key " + type);
    }
    tally.requireAtLeast(1_000, "insert", "update", "delete");
    tally.requireAtLeast(200, "key change", "unavailable value");
    tally.requireAtLeast(40, "by a unique column", "swap");
    tally.requireAtLeast(20, "by a unique column, with parents of its own");
    tally.requireAtLeast(30, "truncate", "lost slot");
  }
}
