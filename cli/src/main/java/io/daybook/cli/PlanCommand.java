// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.ChangedDefinition;
import io.daybook.cli.installation.FolderDefinitions;
import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Recompute;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Explains what the definitions mean, or why they cannot run. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Explains each rollup: tables and columns it captures, keys, measures, the path of an event,"
          + " the tables it will make and, with --sql, the live query. Of a definition that has"
          + " changed: what is different, and what will happen.",
      "Changes nothing. Without a source (--offline) only syntax and subset are checked, and types"
          + " are 'unchecked'."
    })
final class PlanCommand extends Verb {
  private static final String ANSWER_MS_MAX = "5000";

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
    List<DefinitionRecord> described = installation.described();
    Map<String, ChangedDefinition> changes = new HashMap<>();
    List<Rollup> rollups = rollups(installation, described, changes);
    PlanText text = new PlanText(installation, changes);
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

  /** With the numbers of their generations, where those can be asked for. */
  private List<Rollup> rollups(
      Installation installation,
      List<DefinitionRecord> described,
      Map<String, ChangedDefinition> changes)
      throws IOException {
    try {
      Map<String, String> kafka = new HashMap<>(installation.config().kafka());
      kafka.put("default.api.timeout.ms", ANSWER_MS_MAX);
      kafka.put("request.timeout.ms", ANSWER_MS_MAX);
      FolderDefinitions folder = FolderDefinitions.of(installation, described, kafka);
      List<Rollup> rollups = new ArrayList<>(folder.rollups());
      for (ChangedDefinition each : folder.changed()) {
        changes.put(each.rollup(), each);
        rollups.add(new Recompute(installation).planned(each.rollup()));
      }
      rollups.sort(Comparator.comparing(Rollup::name));
      return rollups;
    } catch (SQLException | KafkaException | RefusedByState e) {
      err().println("What is installed cannot be told, and is left out: " + e.getMessage());
      err().flush();
      return described.stream().map(DefinitionRecord::bind).toList();
    }
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
