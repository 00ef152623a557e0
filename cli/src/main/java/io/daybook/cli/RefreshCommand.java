// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Refreshing;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.text.Durations;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.serve.refresh.Refresh;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes rows of a rollup once more, from the aggregate's state. */
@Command(
    name = "refresh",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the rows of some workspaces and days once more, as the aggregate knows them: values"
          + " that were changed by hand, rows that were deleted and rows that were invented are"
          + " right afterwards. No other row is written, and changes may go on.",
      "It does not ask the source for values, and does not mend an aggregate that is wrong:"
          + " 'daybook verify' tells, and 'daybook recompute' builds it anew."
    })
final class RefreshCommand extends Verb {
  @Parameters(paramLabel = "ROLLUP", description = "Which rollup.")
  private String name;

  @Option(
      names = "--workspace",
      paramLabel = "W",
      description = "Which workspace; again for more of them; default: all.")
  private List<String> workspaces = List.of();

  @Option(
      names = "--from",
      paramLabel = "DAY",
      defaultValue = "-infinity",
      description = "The first day, as 2026-01-31; default: all.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "DAY",
      defaultValue = "infinity",
      description = "The last day, included; default: all.")
  private String to;

  @Option(names = "--no-wait", description = "End when it has been asked for.")
  private boolean noWait;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    RefreshScope scope =
        new RefreshScope(workspaces, day("--from", from), day("--to", to), List.of());
    if (scope.firstDay() > scope.lastDay()) {
      throw new IllegalArgumentException("--from " + from + " comes after --to " + to);
    }
    Installation installation = installation();
    Rollup rollup = rollup(installation);
    sayWhereNothingMoves(installation);
    Refreshing refreshing = new Refreshing(installation);
    Refresh refresh = refreshing.ask(rollup, scope);
    long start = System.nanoTime();
    if (!noWait) {
      refresh = refreshing.await(refresh, now -> say("%s: %s", rollup.name(), now));
      say(
          "%s: %s after %s",
          rollup.name(),
          refresh.failed() == null
              ? "written once more, %,d rows removed".formatted(refresh.removed())
              : refresh.failed(),
          Durations.text(Duration.ofNanos(System.nanoTime() - start)));
    }
    if (json) {
      print(refresh);
    }
    return refresh.failed() == null ? ExitCode.TRUE : ExitCode.FALSE;
  }

  private static String day(String option, String text) {
    try {
      return SqlText.format(SqlType.DATE, SqlText.parse(SqlType.DATE, text));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s '%s' is no day: give it as 2026-01-31".formatted(option, text), e);
    }
  }

  private Rollup rollup(Installation installation) throws SQLException {
    List<Rollup> current = installation.current();
    return current.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no rollup '%s'; installed are %s"
                        .formatted(
                            name, String.join(", ", current.stream().map(Rollup::name).toList()))));
  }

  private void print(Refresh refresh) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", refresh.id());
    answer.put("rollup", refresh.rollup());
    answer.put("generation", refresh.generation());
    answer.put("done", refresh.removed() != null);
    answer.put("rowsRemoved", refresh.removed());
    answer.put("failed", refresh.failed());
    printJson(answer);
  }
}
