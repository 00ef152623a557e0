// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.daybook.schemas.definition.Rollup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names bind state to code: a topology that is described differently loses what it has stored. */
class TopologyGoldenTest {
  private static final Pattern GENERATED = Pattern.compile("K(STREAM|TABLE)-|-[0-9]{10}");
  private static final Pattern STORES = Pattern.compile("\\(stores: \\[([^]]*)]\\)");
  private static final String HOW =
      "The topology has changed. State under the old names would be lost: if that is meant, give"
          + " the rollup a new generation and run with -Ddaybook.golden=write";

  @TempDir(factory = StateFolders.class)
  Path state;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workspace_daily",
        "campaign_daily",
        "lead_daily",
        "segment_daily",
        "tree_daily",
        "store_daily",
        "country_daily"
      })
  void theTopologyIsAsItsGoldenFileDescribesIt(String name) throws Exception {
    Rollup rollup = CaseRollups.load().rollup(name);
    String description =
        sorted(
            RollupTopology.of(
                    rollup,
                    TopologyRun.TOPICS,
                    Work.of(new Counters(), new EarlyCommits(), topic -> topic))
                .describe()
                .toString());
    Path golden = CaseRollups.RESOURCES.resolve("golden").resolve(name + ".txt");
    if ("write".equals(System.getProperty("daybook.golden"))) {
      Files.writeString(golden, description);
    }
    assertEquals(Files.readString(golden), description, HOW);
    assertFalse(GENERATED.matcher(description).find(), "a name was generated:\n" + description);
  }

  /** A processor's stores come in any order. */
  private static String sorted(String description) {
    return STORES
        .matcher(description)
        .replaceAll(
            found ->
                Arrays.stream(found.group(1).split(", "))
                    .sorted()
                    .collect(Collectors.joining(", ", "(stores: [", "])")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"workspace_daily", "campaign_daily"})
  void cellsAreAWindowStore(String name) throws Exception {
    try (TopologyRun run = new TopologyRun(CaseRollups.load().rollup(name), state.resolve(name))) {
      assertNotNull(run.driver().getWindowStore("cells"));
      StateStore store = run.driver().getAllStateStores().get("cells");
      assertInstanceOf(WindowStore.class, store);
    }
  }
}
