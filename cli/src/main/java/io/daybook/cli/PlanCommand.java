// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Explains what the definitions mean, or why they cannot run. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Explains each rollup: tables and columns it captures, keys, measures, the path of an event,"
          + " the tables it will make and, with --sql, the live query.",
      "Changes nothing. Without a source (--offline) only syntax and subset are checked, and types"
          + " are 'unchecked'."
    })
final class PlanCommand extends Verb {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(names = "--offline", description = "Ask no server; types stay unchecked.")
  private boolean offline;

  @Option(
      names = "--rollups",
      paramLabel = "DIR",
      description = "Folder of the definitions, instead of the configured one.")
  private Path folder;

  @Option(names = "--sql", description = "Print the live query as well.")
  private boolean sql;

  @Override
  public Integer call() throws Exception {
    if (offline) {
      return offline();
    }
    Installation installation = installation();
    if (folder != null) {
      installation = new Installation(installation.config().withRollups(folder));
    }
    List<Rollup> rollups = installation.rollups();
    PlanText text = new PlanText(installation);
    if (json) {
      printJson(Map.of("rollups", rollups.stream().map(text::json).toList()));
    } else {
      for (Rollup rollup : rollups) {
        out().println(text.of(rollup, sql));
      }
      out().flush();
    }
    return ExitCode.TRUE;
  }

  private int offline() throws Exception {
    Path rollups = Objects.requireNonNullElse(folder, Path.of("schemas/rollups"));
    List<Definition> definitions = Definition.readAll(rollups);
    if (json) {
      printJson(
          Map.of(
              "types",
              "unchecked",
              "rollups",
              definitions.stream().map(PlanText::uncheckedJson).toList()));
    } else {
      definitions.forEach(definition -> out().println(PlanText.unchecked(definition)));
      out().flush();
    }
    return ExitCode.TRUE;
  }
}
