// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Movers;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Lsn;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Proves that rollup and live query agree, or shows where they do not. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Compares every row of the rollups with the answer of your own SELECTs, while both go on"
          + " changing. Exit code 0 only when all are equal, 1 for drift or undecided.",
      "A key that differs is looked at again at later positions, at most 5 times: one that still"
          + " differs is a difference, one that changed in every round is undecided.",
      "Differences of workspaces that are degraded, whose readers get the live query, are excused."
    })
final class VerifyCommand extends Verb {
  private static final Duration SAY_EVERY = Duration.ofSeconds(2);
  private static final Duration WAITING_EVERY = Duration.ofSeconds(10);

  @Parameters(arity = "0..*", paramLabel = "ROLLUP", description = "Which rollups; default: all.")
  private List<String> names;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--catch-up",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long a rollup may take to reach the position of the comparison (default: "
              + "${DEFAULT-VALUE}).")
  private int catchUpSeconds;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    List<Rollup> rollups = installation.installed();
    if (names != null) {
      List<String> known = rollups.stream().map(Rollup::name).toList();
      for (String name : names) {
        if (!known.contains(name)) {
          throw new IllegalArgumentException(
              "There is no rollup '" + name + "'; installed are " + String.join(", ", known));
        }
      }
      rollups = rollups.stream().filter(rollup -> names.contains(rollup.name())).toList();
    }
    sayWhereNothingMoves(installation);
    Limits limits = new Limits(Duration.ofSeconds(catchUpSeconds));
    Verifier verifier = new Verifier(installation.source(), installation.target(), limits);
    Verification result = verifier.verify(rollups, new Progress());
    if (json) {
      printJson(result);
    } else {
      VerifyText.lines(result).forEach(out()::println);
      out().flush();
    }
    return result.verdict() == Verdict.EQUAL ? ExitCode.TRUE : ExitCode.FALSE;
  }

  private void sayWhereNothingMoves(Installation installation) throws SQLException {
    Optional<String> missing = new Movers(installation).missing();
    if (missing.isPresent()) {
      err().println(missing.get() + ": is 'daybook run' running?");
      err().flush();
    }
  }

  /** Says on stderr what takes long. */
  private final class Progress implements VerificationProgress {
    private long said = System.nanoTime();
    private boolean waited;

    @Override
    public void waiting(String rollup, Lsn wanted, Lsn reached) {
      waited |=
          say(
              waited ? WAITING_EVERY : SAY_EVERY,
              "%s: waiting for %s, complete through %s%n",
              rollup,
              wanted,
              reached == null ? "nothing yet" : reached);
    }

    @Override
    public void compared(String rollup, long keys) {
      say(SAY_EVERY, "%s: %d rows compared%n", rollup, keys);
    }

    @Override
    public void rechecking(String rollup, int keys, int round) {
      say(SAY_EVERY, "%s: looking again at %d rows, round %d%n", rollup, keys, round);
    }

    private boolean say(Duration every, String format, Object... arguments) {
      boolean due = System.nanoTime() - said > every.toNanos();
      if (due) {
        said = System.nanoTime();
        err().printf(format, arguments);
        err().flush();
      }
      return due;
    }
  }
}
