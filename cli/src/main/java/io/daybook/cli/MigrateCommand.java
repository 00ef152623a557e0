// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Setup;
import io.daybook.cli.installation.SqlParts;
import io.daybook.cli.installation.SqlStep;
import io.daybook.cli.preflight.Scope;
import io.daybook.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates what an installation needs and is not there yet. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Creates what the definitions need and is not there yet: the schema daybook with its tables,"
          + " views, functions and roles in the target, the publication in the source, and the"
          + " topics. Run it again at any time: what is there is left alone.",
      "Begins with the part of 'daybook preflight' that concerns it; --dry-run does not. What the"
          + " configured users may not do is refused before anything is changed; --dry-run prints it"
          + " in parts by who may.",
      "For a definition that has changed it asks for another generation, beside the one that readers"
          + " have: see 'daybook plan' and 'daybook recompute --help'."
    })
final class MigrateCommand extends Verb {
  @Option(names = "--dry-run", description = "Print what would be done, as SQL; change nothing.")
  private boolean dryRun;

  @Option(
      names = "--drop-columns",
      description =
          "Drop the columns of views and tables that no generation has any more. Their names stay"
              + " until then, so that readers who ask for them get NULL and no error.")
  private boolean dropColumns;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    if (!dryRun) {
      int cleared = preflight(installation, new Scope(Set.of(), true));
      if (cleared != ExitCode.TRUE) {
        return cleared;
      }
    }
    Setup setup = new Setup(installation, dropColumns);
    Setup.Result result = dryRun ? setup.plan() : setup.apply();
    if (json) {
      List<String> done = new ArrayList<>(result.steps().stream().map(SqlStep::what).toList());
      result.topics().forEach(topic -> done.add("topic " + topic.name()));
      done.addAll(result.asked());
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("dryRun", dryRun);
      answer.put("steps", done);
      if (dryRun) {
        answer.put("parts", SqlParts.of(result.steps()).parts());
      }
      printJson(answer);
    } else {
      print(result);
    }
    return ExitCode.TRUE;
  }

  private void print(Setup.Result result) {
    if (dryRun) {
      out().println(SqlParts.of(result.steps()).text());
    } else {
      result.steps().forEach(step -> out().println("+ " + step.what()));
    }
    for (Topic topic : result.topics()) {
      String line = "topic " + topic.name() + ", " + topic.partitions() + " partitions";
      out().println((dryRun ? "-- " : "+ ") + line);
    }
    for (String asked : result.asked()) {
      out().println((dryRun ? "-- " : "+ ") + asked);
    }
    if (result.isEmpty()) {
      out()
          .println(
              dropColumns
                  ? "Every column is of some generation; 'daybook status' shows those that are kept."
                  : "Everything is there already.");
    }
    out().flush();
  }
}
