// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Recompute;
import io.daybook.cli.installation.Refreshing;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.cli.installation.Replay;
import io.daybook.cli.installation.Replays;
import io.daybook.cli.installation.Setup;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.text.Durations;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.refresh.Refresh;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes rollups anew beside the ones that readers have. */
@Command(
    name = "recompute",
    mixinStandardHelpOptions = true,
    description = {
      "Computes a rollup anew, by replaying its topics from their beginning into a new generation:"
          + " inside the processes of 'daybook run' that are there, while readers have the one"
          + " they had.",
      "It is computed by the definition that the folder has, where the folder is here: one that was"
          + " changed is asked for with this, too. 'daybook plan' shows what is different.",
      "When it has caught up and every row equals the live query, readers get it, at once and"
          + " all of it; cached answers are invalidated. The one before is kept as it was for"
          + " 'recompute.keep', and --rollback gives it back.",
      "Asked for again, it attaches to the one that is on its way. It does not need this command"
          + " to stay: without --wait it ends at once, and 'daybook status' shows how far it is."
    })
final class RecomputeCommand extends Verb {
  private static final long LOOK_EVERY_MS = 200;
  private static final Duration SAY_EVERY = Duration.ofSeconds(2);

  @Parameters(arity = "0..*", paramLabel = "ROLLUP", description = "Which rollups; default: all.")
  private List<String> names = List.of();

  @ArgGroup private How how = new How();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** What to do: one of these. */
  static final class How {
    @ArgGroup(exclusive = false)
    private Asking asking = new Asking();

    @Option(
        names = "--rollback",
        description =
            "Give readers back the generation that was replaced last, at once. They get the live"
                + " query until it has caught up.")
    private boolean rollback;

    @Option(names = "--abort", description = "Let go of the one that is on its way.")
    private boolean abort;

    @Option(
        names = "--table-only",
        description =
            "Leave the aggregate as it is and fill the table anew from the rollup topic, for one"
                + " that was damaged or is gone; waits until it is done. Readers get the live query"
                + " until it is verified.")
    private boolean tableOnly;

    @Option(names = "--dry-run", description = "Say what would be done, and how much it is.")
    private boolean dryRun;
  }

  /** How to ask for a generation. */
  static final class Asking {
    @Option(
        names = "--wait",
        description =
            "Stay until readers have it, and say how far it is. Exit code 1 if it differs.")
    private boolean wait;

    @Option(
        names = "--no-swap",
        description = "Leave readers the one they have; asked for again without this, they get it.")
    private boolean noSwap;

    @Option(
        names = "--force",
        description = "Give it to readers even where it differs from the live query.")
    private boolean force;

    @Option(
        names = "--keep-current",
        description = "Keep the one before up to date, too, for as long as it is kept.")
    private boolean keepCurrent;

    @Option(
        names = "--resnapshot",
        description =
            "Let capture read all tables again first, for topics that have lost rows. Readers of all"
                + " rollups get the live query until that is verified.")
    private boolean resnapshot;

    private Wish wish() {
      return new Wish(!noSwap, force, keepCurrent);
    }
  }

  /** One rollup in the JSON. */
  private record Line(
      String rollup, int generation, String phase, boolean attached, String finding) {}

  /** The JSON. */
  private record Result(List<Line> rollups) {}

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    if (how.tableOnly) {
      new Setup(installation).restoreTarget();
    }
    List<Rollup> chosen = chosen(installation);
    Recompute recompute = new Recompute(installation);
    if (how.dryRun) {
      return dryRun(installation, recompute, chosen);
    } else if (how.tableOnly) {
      return readAnew(installation, chosen);
    } else if (how.abort) {
      return each(chosen, recompute::abort, "let go of", "There is nothing on its way for %s");
    } else if (how.rollback) {
      return each(chosen, recompute::rollBack, "readers get", "No generation of %s is kept");
    }
    Asking asking = how.asking == null ? new Asking() : how.asking;
    sayWhereNothingMoves(installation);
    List<Recompute.Asked> asked =
        recompute.ask(chosen.stream().map(Rollup::name).toList(), asking.wish(), asking.resnapshot);
    asked.forEach(each -> say("%s %s", label(each), "replays its topics"));
    return asking.wait
        ? await(installation, recompute, asked, asking.force)
        : end(recompute, asked);
  }

  private List<Rollup> chosen(Installation installation) throws SQLException {
    List<Rollup> current = installation.current();
    List<String> known = current.stream().map(Rollup::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "There is no rollup '" + name + "'; installed are " + String.join(", ", known));
      }
    }
    return current.stream().filter(each -> names.isEmpty() || names.contains(each.name())).toList();
  }

  private int dryRun(Installation installation, Recompute recompute, List<Rollup> chosen)
      throws Exception {
    List<Line> lines = new ArrayList<>();
    boolean possible = true;
    try (Replays replays = new Replays(installation)) {
      for (Rollup each : chosen) {
        Rollup planned = recompute.planned(each.name());
        Replay replay = replays.of(planned);
        lines.add(new Line(each.name(), planned.generation(), null, false, null));
        say(
            "%s: generation %d would be built from %,d offsets in %d topics, beside generation"
                + " %d%s",
            each.name(),
            planned.generation(),
            replay.all() - replay.read(),
            planned.tables().size(),
            each.generation(),
            planned.hash().equals(each.hash())
                ? ""
                : ", by the definition in the folder; 'daybook plan' shows what has changed");
        Optional<String> refusal = recompute.refusal(planned);
        refusal.ifPresent(why -> say("%s: but %s", each.name(), why));
        possible &= refusal.isEmpty();
      }
    }
    if (json) {
      printJson(new Result(lines));
    }
    return possible ? ExitCode.TRUE : ExitCode.FALSE;
  }

  private int readAnew(Installation installation, List<Rollup> chosen) throws Exception {
    sayWhereNothingMoves(installation);
    Refreshing refreshing = new Refreshing(installation);
    long start = System.nanoTime();
    List<Refresh> asked = new ArrayList<>();
    for (Rollup each : chosen) {
      asked.add(refreshing.readAnew(each));
    }
    int code = ExitCode.TRUE;
    List<Line> lines = new ArrayList<>();
    for (Refresh each : asked) {
      Refresh done = refreshing.await(each, now -> say("%s: %s", each.rollup(), now));
      double seconds = (System.nanoTime() - start) / 1e9;
      long rows = refreshing.rows(each);
      if (done.failed() == null) {
        say(
            "%s: %,d rows in %.1f s (%,.0f rows/s), %,d others removed; readers get it when it is"
                + " verified",
            each.rollup(), rows, seconds, rows / seconds, done.removed());
      } else {
        say("%s: %s", each.rollup(), done.failed());
        code = ExitCode.FALSE;
      }
      lines.add(new Line(each.rollup(), each.generation(), null, false, done.failed()));
    }
    if (json) {
      printJson(new Result(lines));
    }
    return code;
  }

  /** Something that is done to one rollup at once. */
  private interface Act {
    Optional<Generation> on(String rollup) throws SQLException;
  }

  private int each(List<Rollup> chosen, Act act, String done, String none) throws SQLException {
    int code = ExitCode.TRUE;
    List<Line> lines = new ArrayList<>();
    for (Rollup rollup : chosen) {
      Optional<Generation> of = act.on(rollup.name());
      if (of.isPresent()) {
        say("%s %s", done, of.get().label());
        lines.add(new Line(rollup.name(), of.get().number(), null, false, null));
      } else {
        say(none, rollup.name());
        code = ExitCode.FALSE;
      }
    }
    if (json) {
      printJson(new Result(lines));
    }
    return code;
  }

  private int await(
      Installation installation, Recompute recompute, List<Recompute.Asked> asked, boolean forced)
      throws Exception {
    boolean equal = true;
    try (Replays replays = new Replays(installation)) {
      for (Recompute.Asked each : asked) {
        equal &= await(recompute, replays, each.generation(), forced);
      }
    }
    end(recompute, asked);
    return equal ? ExitCode.TRUE : ExitCode.FALSE;
  }

  private boolean await(Recompute recompute, Replays replays, Generation of, boolean forced)
      throws Exception {
    Rollup rollup = of.record().bind();
    long saidAt = System.nanoTime();
    String said = null;
    while (true) {
      Generation now =
          recompute
              .generation(of.rollup(), of.number())
              .filter(each -> each.phase() != Phase.LEAVING)
              .orElseThrow(() -> new RefusedByState("The " + of.label() + " was let go of"));
      if (now.phase() != Phase.BUILDING) {
        say(
            "%s: %s after %s",
            now.label(),
            now.phase() == Phase.READY ? "verified, and waits" : "readers have it",
            Durations.text(Duration.between(now.times().asked(), Instant.now())));
        return true;
      }
      if (now.finding() != null && !now.finding().equals(said)) {
        said = now.finding();
        say("%s: %s", now.label(), said);
      }
      if (now.isDifferent() && !forced) {
        return false;
      }
      if (System.nanoTime() - saidAt > SAY_EVERY.toNanos()) {
        saidAt = System.nanoTime();
        Replay replay = replays.of(rollup);
        Duration since = Duration.between(now.times().asked(), Instant.now());
        say("%s: %s", now.label(), now.caughtUp() ? "compares every row" : replay.text(since));
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  private int end(Recompute recompute, List<Recompute.Asked> asked) throws SQLException {
    if (json) {
      List<Line> lines = new ArrayList<>();
      for (Recompute.Asked each : asked) {
        Generation of = each.generation();
        Generation now = recompute.generation(of.rollup(), of.number()).orElse(of);
        lines.add(
            new Line(
                now.rollup(),
                now.number(),
                now.phase().toString(),
                each.attached(),
                now.finding()));
      }
      printJson(new Result(lines));
    }
    return ExitCode.TRUE;
  }

  private static String label(Recompute.Asked asked) {
    return asked.generation().label() + (asked.attached() ? " is on its way already:" : "");
  }
}
