// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.daybook.schemas.definition.Rollup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random histories of five joined tables, compared with {@link NaiveRollup} again and again. */
class TopologyPropertyTest {
  private static final String SEED = "daybook.seed";
  private static final int RUNS = 5;
  private static final int ROUNDS = 20;
  private static final int EVENTS = 40;

  @TempDir(factory = StateFolders.class)
  Path state;

  @Test
  void theRollupTopicIsWhatTheRowsAddUpTo() throws IOException {
    long seed = Long.getLong(SEED, System.nanoTime());
    CaseRollups rollups = CaseRollups.load();
    Rollup rollup = rollups.rollup("tree_daily");
    int rowsSeen = 0;
    for (int run = 0; run < RUNS; run++) {
      RandomHistory history = new RandomHistory(new Random(seed + run));
      CaseEvents events = new CaseEvents(rollups.tablesBeside("tree_daily"));
      try (TopologyRun topology = new TopologyRun(rollup, state.resolve("run" + run))) {
        for (int round = 0; round < ROUNDS; round++) {
          history.happen(EVENTS);
          List<ArrayNode> delivered = history.delivered();
          delivered.forEach(event -> events.records(event).forEach(topology::pipe));
          topology.settle();
          List<String> expected = new NaiveRollup(history.tables()).rows();
          rowsSeen += expected.size();
          assertEquals(
              String.join("\n", expected),
              String.join("\n", topology.rows()),
              "run with -D%s=%d; run %d, round %d".formatted(SEED, seed, run, round));
        }
      }
    }
    assertTrue(rowsSeen > RUNS * ROUNDS, "the histories were next to empty: " + rowsSeen);
    System.out.printf(
        "%d events, %d rows compared, seed %d%n", RUNS * ROUNDS * EVENTS, rowsSeen, seed);
  }
}
