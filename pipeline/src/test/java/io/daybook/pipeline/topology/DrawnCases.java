// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.pipeline.topology.HistoryStep.Event;
import io.daybook.pipeline.topology.HistoryStep.Ticks;
import io.daybook.schemas.definition.Rollup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Random histories of five joined tables, given to the topology under a clock that stands until it
 * is told to go on, and compared with {@link NaiveRollup} again and again.
 */
public final class DrawnCases {
  private static final int TRIES_MAX = 600;

  private final CaseRollups rollups;
  private final Rollup rollup;
  private final Path state;
  private int runs;

  /** With state below this folder. */
  public DrawnCases(Path state) throws IOException {
    this.rollups = CaseRollups.load();
    this.rollup = rollups.rollup(DrawnCase.ROLLUP);
    this.state = state;
  }

  /**
   * What came of one history.
   *
   * @param events given to the topology
   * @param withRows comparisons that found the rollup equal and not empty
   * @param rows of all these
   * @param differences rows that differed
   * @param failure null where all was well
   */
  public record Result(
      int events, int comparisons, int withRows, long rows, int differences, String failure) {

    private Result with(String text) {
      return new Result(events, comparisons, withRows, rows, differences, text);
    }
  }

  /** The history of this seed; its failure comes with a short history that fails as well. */
  public Result run(long seed) {
    DrawnCase drawn = DrawnCase.draw(seed);
    Result result = run(drawn);
    if (result.failure == null) {
      return result;
    }
    Shrinker.Shrunk<HistoryStep> shrunk = shrunk(drawn, each -> run(each).failure != null);
    DrawnCase small = drawn.with(shrunk.left());
    String failure =
        ("-Dtest=TopologyPropertyTest -Ddaybook.seed=%d: %s%n"
                + "shrunk from %d events to %d in %d tries%s:%n%n%s%n%s")
            .formatted(
                seed,
                result.failure,
                drawn.events(),
                small.events(),
                shrunk.tries(),
                shrunk.minimal() ? "" : ", which were too few",
                small.text("the history of seed " + seed),
                run(small).failure);
    return result.with(failure);
  }

  /** The steps that such a failure needs; what makes no sense does not count as one. */
  static Shrinker.Shrunk<HistoryStep> shrunk(DrawnCase drawn, Predicate<DrawnCase> fails) {
    return Shrinker.shrink(
        drawn.steps(),
        TRIES_MAX,
        steps -> drawn.with(steps).makesSense() && fails.test(drawn.with(steps)));
  }

  private Result run(DrawnCase drawn) {
    PlainTables tables = RandomHistory.emptyTables();
    CaseEvents records = new CaseEvents(rollups.tablesBeside(DrawnCase.ROLLUP));
    int events = 0;
    int comparisons = 0;
    int withRows = 0;
    long rows = 0;
    int differences = 0;
    String failure = null;
    try (TopologyRun topology =
        new TopologyRun(rollup, state.resolve("drawn" + runs++), drawn.sliceLength())) {
      for (HistoryStep step : drawn.steps()) {
        if (step instanceof Event event) {
          events++;
          tables.apply(event.event());
          records.records(event.event()).forEach(topology::pipe);
        } else if (step instanceof Ticks ticks) {
          topology.tick(ticks.slices());
        } else {
          comparisons++;
          topology.tick(HistoryStep.Comparison.SLICES);
          List<String> expected = new NaiveRollup(tables).rows();
          List<String> lacks = without(topology.rows(), expected);
          List<String> has = without(expected, topology.rows());
          differences = Math.max(lacks.size(), has.size());
          if (differences > 0) {
            failure = "comparison %d: lacks %s, has %s".formatted(comparisons, lacks, has);
            break;
          }
          if (!topology.refreshAll(comparisons) || !topology.rows().equals(expected)) {
            differences = Math.max(1, without(expected, topology.rows()).size());
            failure =
                "refresh %d: lacks %s, has %s"
                    .formatted(
                        comparisons,
                        without(expected, topology.rows()),
                        without(topology.rows(), expected));
            break;
          }
          withRows += expected.isEmpty() ? 0 : 1;
          rows += expected.size();
        }
      }
    } catch (RuntimeException e) {
      failure = e.toString();
    }
    return new Result(events, comparisons, withRows, rows, differences, failure);
  }

  private static List<String> without(List<String> some, List<String> all) {
    return all.stream().filter(row -> !some.contains(row)).toList();
  }
}
