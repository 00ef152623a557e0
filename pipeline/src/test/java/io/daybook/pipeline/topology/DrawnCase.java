// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.daybook.pipeline.topology.HistoryStep.Comparison;
import io.daybook.pipeline.topology.HistoryStep.Event;
import io.daybook.pipeline.topology.HistoryStep.Ticks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A history of the tables behind tree_daily, as the topology is given it.
 *
 * @param sliceLength how many children of a parent one slice goes through
 */
record DrawnCase(int sliceLength, List<HistoryStep> steps) {
  static final String ROLLUP = "tree_daily";
  private static final int ROUNDS = 20;
  private static final int EVENTS = 40;

  /** Short, so that events come in between the slices of a parent's children. */
  private static final int SLICE_MAX = 6;

  /** A random one; the same seed gives the same. */
  static DrawnCase draw(long seed) {
    Random random = new Random(seed);
    RandomHistory history = new RandomHistory(random);
    int sliceLength = 1 + random.nextInt(SLICE_MAX);
    List<HistoryStep> steps = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      history.happen(EVENTS);
      for (ArrayNode event : history.delivered()) {
        steps.add(new Event(event));
        int slices = random.nextInt(3);
        if (slices > 0) {
          steps.add(new Ticks(slices));
        }
      }
      steps.add(new Comparison());
    }
    return new DrawnCase(sliceLength, steps);
  }

  DrawnCase with(List<HistoryStep> others) {
    return new DrawnCase(sliceLength, others);
  }

  int events() {
    return (int) steps.stream().filter(Event.class::isInstance).count();
  }

  /** Whether every row that an event changes is there. */
  boolean makesSense() {
    PlainTables tables = RandomHistory.emptyTables();
    return steps.stream()
        .allMatch(step -> !(step instanceof Event event) || tables.apply(event.event()));
  }

  /** As it would stand in the files of {@code src/test/resources/topology}. */
  String text(String name) {
    StringBuilder text = new StringBuilder();
    text.append("- name: %s\n  rollup: %s\n  slice: %d\n".formatted(name, ROLLUP, sliceLength));
    PlainTables tables = RandomHistory.emptyTables();
    List<String> events = new ArrayList<>();
    int comparisons = 0;
    for (HistoryStep step : steps) {
      if (step instanceof Event event) {
        tables.apply(event.event());
        events.add(plain(event.event().toString()));
      } else if (step instanceof Ticks ticks) {
        events.add("[tick, %d]".formatted(ticks.slices()));
      } else {
        events.add("[tick, %d]".formatted(Comparison.SLICES));
        List<String> rows = new NaiveRollup(tables).rows().stream().map(DrawnCase::row).toList();
        String block = list("events", events) + list("rows", rows);
        text.append(comparisons == 1 ? "  then:\n" : "");
        text.append(comparisons == 0 ? block.indent(2) : "    - " + block.indent(6).strip() + "\n");
        events.clear();
        comparisons++;
      }
    }
    return text.toString();
  }

  private static String list(String field, List<String> elements) {
    return elements.isEmpty()
        ? field + ": []\n"
        : field + ":\n  - " + String.join("\n  - ", elements) + "\n";
  }

  /** Without the quotes that YAML does not need: no value here has a blank, comma or colon. */
  private static String plain(String json) {
    return json.replace("\"", "").replace(":", ": ").replace(",", ", ");
  }

  private static String row(String line) {
    return "{" + line.replace(" ", ", ").replace("=", ": ") + "}";
  }
}
