// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random histories of five joined tables; another seed: {@code -Ddaybook.seed=N}. */
class TopologyPropertyTest {
  private static final int RUNS = 5;

  @TempDir(factory = StateFolders.class)
  Path state;

  @Test
  void theRollupTopicIsWhatTheRowsAddUpTo() throws IOException {
    long seed = Long.getLong("daybook.seed", System.nanoTime());
    DrawnCases cases = new DrawnCases(state);
    int events = 0;
    int withRows = 0;
    long rows = 0;
    for (int run = 0; run < RUNS; run++) {
      DrawnCases.Result result = cases.run(seed + run);
      assertTrue(result.failure() == null, result::failure);
      events += result.events();
      withRows += result.withRows();
      rows += result.rows();
    }
    assertTrue(withRows > 10 * RUNS, "the histories were next to empty: " + withRows);
    System.out.printf("%d events, %d rows compared, seed %d%n", events, rows, seed);
  }

  @Test
  void whatAHistoryShrinksToIsACaseForTheFiles() throws IOException {
    DrawnCase drawn = DrawnCase.draw(1);
    var shrunk = DrawnCases.shrunk(drawn, TopologyPropertyTest::showsAnnAndAlpha);
    DrawnCase small = drawn.with(shrunk.left());
    String text = small.text("all five tables");
    assertTrue(shrunk.minimal(), text);
    assertTrue(small.events() >= 5 && small.events() <= 10, text);
    JsonNode read = new YAMLMapper().readTree(text).get(0);
    TopologyCasesTest.run(TopologyCase.read(read), CaseRollups.load(), state.resolve("case"));
  }

  private static boolean showsAnnAndAlpha(DrawnCase drawn) {
    return drawn.text("any").contains("owner: Ann, courier: Alpha");
  }
}
