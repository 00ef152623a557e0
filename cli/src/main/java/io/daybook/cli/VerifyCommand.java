// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Lsn;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Unverified;
import io.daybook.serve.verification.UnverifiedTable;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
      "Differences of workspaces that are degraded, whose readers get the live query, are excused.",
      "Where all is equal, readers of a rollup that was healing get it again at once."
    })
final class VerifyCommand extends Verb {
  private static final Logger LOG = LoggerFactory.getLogger(VerifyCommand.class);

  /** SQLSTATEs of a user without the right, a standby, and a schema of an earlier version. */
  private static final Set<String> UNTOLD = Set.of("42501", "25006", "42P01");

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
    List<Rollup> rollups = installation.current();
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
    List<Unverified> unverified = unverified(installation, rollups);
    Limits limits = new Limits(Duration.ofSeconds(catchUpSeconds));
    Verifier verifier = new Verifier(installation.source(), installation.target(), limits);
    Verification result = verifier.verify(rollups, new Progress());
    if (json) {
      printJson(result);
    } else {
      VerifyText.lines(result).forEach(out()::println);
      out().flush();
    }
    if (result.verdict() == Verdict.EQUAL) {
      giveBack(installation, unverified);
    }
    return result.verdict() == Verdict.EQUAL ? ExitCode.TRUE : ExitCode.FALSE;
  }

  /** Those of these rollups that are complete again, as they stand before they are compared. */
  private static List<Unverified> unverified(Installation installation, List<Rollup> rollups)
      throws SQLException {
    Set<String> names = rollups.stream().map(Rollup::name).collect(Collectors.toSet());
    try (Connection target = installation.target().getConnection()) {
      return UnverifiedTable.read(target).stream()
          .filter(each -> each.complete() && names.contains(each.rollup()))
          .toList();
    } catch (SQLException e) {
      return noneWhere(e);
    }
  }

  private static List<Unverified> noneWhere(SQLException e) throws SQLException {
    if (!UNTOLD.contains(String.valueOf(e.getSQLState()))) {
      throw e;
    }
    LOG.debug("Whether rollups are unverified is not for this user to know", e);
    return List.of();
  }

  /** A user who may only read leaves it to 'daybook run'. */
  private void giveBack(Installation installation, List<Unverified> unverified)
      throws SQLException {
    for (Unverified each : unverified) {
      try (Connection target = installation.target().getConnection()) {
        if (UnverifiedTable.confirm(target, each)) {
          err().println(each.rollup() + " was healing and is verified: readers get it again");
        }
      } catch (SQLException e) {
        noneWhere(e);
      }
    }
    err().flush();
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
