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

  /** Short, so that events come in between the slices of a parent's children. */
  private static final int SLICE_MAX = 6;

  private static final int SLICES_AT_REST = 300;

  @TempDir(factory = StateFolders.class)
  Path state;

  @Test
  void theRollupTopicIsWhatTheRowsAddUpTo() throws IOException {
    long seed = Long.getLong(SEED, System.nanoTime());
    CaseRollups rollups = CaseRollups.load();
    Rollup rollup = rollups.rollup("tree_daily");
    int rowsSeen = 0;
    for (int run = 0; run < RUNS; run++) {
      Random random = new Random(seed + run);
      RandomHistory history = new RandomHistory(random);
      int sliceLength = 1 + random.nextInt(SLICE_MAX);
      CaseEvents events = new CaseEvents(rollups.tablesBeside("tree_daily"));
      try (TopologyRun topology =
          new TopologyRun(rollup, state.resolve("run" + run), sliceLength)) {
        for (int round = 0; round < ROUNDS; round++) {
          history.happen(EVENTS);
          List<ArrayNode> delivered = history.delivered();
          for (ArrayNode event : delivered) {
            events.records(event).forEach(topology::pipe);
            topology.tick(random.nextInt(3));
          }
          topology.tick(SLICES_AT_REST);
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
