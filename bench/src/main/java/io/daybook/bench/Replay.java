// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import io.daybook.cli.dev.LiveLoad;
import io.daybook.cli.installation.Recompute;
import io.daybook.cli.installation.Refreshing;
import io.daybook.cli.installation.Setup;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.refresh.Refresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A rollup of messages joined with their leads is computed anew from its topics, in the process
 * that keeps it up to date meanwhile. A plain consumer of the same topics takes turns with it.
 */
final class Replay implements Scenario {
  private static final String ROLLUP = "workspace_daily";
  private static final List<String> ROLLUPS = List.of(ROLLUP, "campaign_daily");
  private static final String RATE = "rows/s";
  private static final int LOAD_PER_SECOND = 250;
  private static final Duration WITHIN = Duration.ofMinutes(30);

  /** What docs/operating.md asks for: -Xmx1g, RocksDB's caches, and what a JVM needs besides. */
  private static final int MEMORY_MIB = 1_792;

  @Override
  public String number() {
    return "08";
  }

  @Override
  public String title() {
    return "replay: a rollup computed anew from its topics, beside a plain consumer of them";
  }

  @Override
  public List<Result> run(Size size, Consumer<String> say) throws Exception {
    say.accept("loading the sample, scale " + size.scale());
    try (Site site = Site.start(size.scale(), ROLLUPS)) {
      say.accept("%,d rows of rollups are complete and right".formatted(site.verify()));
      Result steady = Result.of("08-steady", List.of(steady(site, size)));
      List<Map<String, Double>> consumed = new ArrayList<>();
      List<Map<String, Double>> replayed = new ArrayList<>();
      for (int turn = 1; turn <= size.repetitions(); turn++) {
        PlainConsumer.Reading reading =
            new PlainConsumer(site.installation()).read(site.rollup(ROLLUP));
        consumed.add(Figures.of(RATE, reading.rows() / reading.seconds()));
        replayed.add(replay(site, reading.rows()));
        say.accept(
            "turn %d of %d, %,d rows: consumer %s, replay %s"
                .formatted(
                    turn,
                    size.repetitions(),
                    reading.rows(),
                    consumed.get(turn - 1),
                    replayed.get(turn - 1)));
      }
      site.verify();
      Result consumer = Result.of("04-plain-consumer", consumed);
      Result replay = Result.of("08-replay", replayed).against(consumer, RATE);
      boolean fits = replay.median().get("peak MiB") <= MEMORY_MIB;
      say.accept("the database of the rollups is replaced by an empty one");
      Result table = Result.of("08-table-only", List.of(tableOnly(site)));
      return List.of(
          steady,
          consumer,
          replay.target("peak within %,d MiB".formatted(MEMORY_MIB), fits),
          table);
    }
  }

  /** Memory under the load that {@code dev} makes. */
  private static Map<String, Double> steady(Site site, Size size) throws Exception {
    site.roles().watchMemory();
    long began = System.nanoTime();
    LiveLoad.Settings settings = LiveLoad.Settings.defaults(1).withRate(LOAD_PER_SECOND);
    try (LiveLoad load = LiveLoad.start(site.source(), settings)) {
      site.await(
          size.steady().plus(WITHIN),
          "steady load",
          () -> System.nanoTime() - began > size.steady().toNanos());
    }
    site.verify();
    return Figures.of("peak MiB", site.roles().peakMib());
  }

  private static Map<String, Double> replay(Site site, long rows) throws Exception {
    Recompute recompute = new Recompute(site.installation());
    site.roles().watchMemory();
    final long began = System.nanoTime();
    Generation asked = recompute.ask(List.of(ROLLUP), Wish.USUAL).get(0).generation();
    site.await(
        WITHIN,
        "the replay",
        () ->
            recompute
                .generation(ROLLUP, asked.number())
                .filter(each -> !each.caughtUp() && each.phase() == Phase.BUILDING)
                .isEmpty());
    final double caughtUp = (System.nanoTime() - began) / 1e9;
    site.await(WITHIN, "the switch", () -> site.rollup(ROLLUP).generation() == asked.number());
    final double switched = (System.nanoTime() - began) / 1e9;
    double peak = site.roles().peakMib();
    site.await(
        WITHIN,
        "the end of the generation before",
        () -> recompute.generations().stream().allMatch(each -> each.phase() == Phase.CURRENT));
    return Figures.of(
        RATE,
        rows / caughtUp,
        "s until caught up",
        caughtUp,
        "s until readers have it",
        switched,
        "peak MiB",
        peak);
  }

  /** All tables filled from the rollup topics, by the sink alone. */
  private static Map<String, Double> tableOnly(Site site) throws Exception {
    site.replaceTarget();
    final long began = System.nanoTime();
    new Setup(site.installation()).restoreTarget();
    Refreshing refreshing = new Refreshing(site.installation());
    List<Refresh> asked = new ArrayList<>();
    for (Rollup each : site.installation().current()) {
      asked.add(refreshing.readAnew(each));
    }
    long rows = 0;
    for (Refresh each : asked) {
      Refresh done = refreshing.await(each, progress -> {});
      if (done.failed() != null) {
        throw new IllegalStateException(done.failed());
      }
      rows += refreshing.rows(each);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    site.verify();
    return Figures.of("rows", rows, RATE, rows / seconds, "s", seconds);
  }
}
