// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.schemas.definition.Rollup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs the cases in {@code src/test/resources/topology}; see the README there. */
class TopologyCasesTest {
  private static final int CASES_AT_LEAST = 36;

  @TempDir(factory = StateFolders.class)
  Path state;

  private int cases;

  @TestFactory
  Stream<DynamicContainer> cases() throws IOException {
    CaseRollups rollups = CaseRollups.load();
    var files = TopologyCase.readAll(CaseRollups.RESOURCES);
    long count = files.values().stream().mapToLong(List::size).sum();
    assertTrue(count >= CASES_AT_LEAST, "only " + count + " cases were found");
    return files.entrySet().stream()
        .map(
            file ->
                dynamicContainer(
                    file.getKey(),
                    file.getValue().stream()
                        .map(
                            each ->
                                dynamicTest(
                                    each.name(),
                                    () -> run(each, rollups, state.resolve("case" + cases++))))));
  }

  static void run(TopologyCase topologyCase, CaseRollups rollups, Path state) {
    for (String name : topologyCase.rollups()) {
      Rollup rollup = rollups.rollup(name).from(1, topologyCase.from());
      CaseEvents events = new CaseEvents(rollups.tablesBeside(name));
      try (TopologyRun run = new TopologyRun(rollup, state.resolve(name), topologyCase.slice())) {
        for (TopologyCase.Step step : topologyCase.steps()) {
          run(step, events, run, rollup);
        }
      }
    }
  }

  private static void run(
      TopologyCase.Step step, CaseEvents events, TopologyRun run, Rollup rollup) {
    int before = run.emitted();
    if (step.error() != null) {
      Throwable failure = assertThrows(RuntimeException.class, () -> pipe(step, events, run));
      assertTrue(messages(failure).contains(step.error()), messages(failure));
      return;
    }
    pipe(step, events, run);
    if (step.rows().containsKey(rollup.name())) {
      assertEquals(lines(expected(rollup, step.rows().get(rollup.name()))), lines(run.rows()));
    }
    if (step.degraded() != null) {
      assertEquals(step.degraded(), run.degraded(), "rows in doubt");
    }
    if (step.quarantined() != null) {
      assertEquals(step.quarantined(), run.quarantined(), "events in quarantine");
    }
    if (step.watermark() != null) {
      assertEquals(step.watermark(), run.watermark(), "the newest watermark");
    }
    if (step.emits() != null) {
      assertEquals(step.emits(), run.emitted() - before, "records written by this step");
    }
  }

  private static void pipe(TopologyCase.Step step, CaseEvents events, TopologyRun run) {
    for (JsonNode event : step.events()) {
      if (event.get(0).asText().equals("tick")) {
        run.tick(event.get(1).asInt());
      } else if (event.get(0).asText().equals("hours")) {
        run.age(Duration.ofHours(event.get(1).asInt()));
      } else {
        events.records(event).forEach(run::pipe);
      }
    }
    if (step.settle()) {
      run.settle();
    }
  }

  private static List<String> expected(Rollup rollup, JsonNode rows) {
    List<String> texts = new ArrayList<>();
    rows.forEach(row -> texts.add(RowText.of(rollup, row)));
    return texts.stream().sorted().toList();
  }

  private static String lines(List<String> rows) {
    return String.join("\n", rows);
  }

  private static String messages(Throwable failure) {
    StringBuilder messages = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      messages.append(each.getMessage()).append('\n');
    }
    return messages.toString();
  }
}
