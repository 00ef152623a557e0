// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Config;
import io.daybook.pipeline.capture.CapturedHistory;
import io.daybook.pipeline.capture.FatalCaptureException;
import io.daybook.pipeline.capture.SourceStep;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.schemas.topic.DefinitionsTopic;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.migration.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Creates what an installation needs: tables in the target, the publication in the source, topics,
 * and the definitions in them.
 */
public final class Setup {
  private final Installation installation;

  public Setup(Installation installation) {
    this.installation = installation;
  }

  /** What is missing, or was before it was created. */
  public record Result(List<SqlStep> steps, List<Topic> topics) {
    public boolean isEmpty() {
      return steps.isEmpty() && topics.isEmpty();
    }
  }

  /** What would be done; changes nothing. */
  public Result plan() throws IOException, SQLException {
    List<Rollup> rollups =
        numbered(installation.described()).stream().map(DefinitionRecord::bind).toList();
    try (TopicAdmin admin = new TopicAdmin(installation.config().kafka())) {
      return new Result(steps(rollups), admin.missing(installation.topicsOf(rollups)));
    }
  }

  /** What others must do comes first, and of that what others in turn rely on. */
  private List<SqlStep> steps(List<Rollup> rollups) throws SQLException {
    Config config = installation.config();
    List<SqlStep> target =
        installation.migration().plan(rollups).stream()
            .filter(Step::needed)
            .map(step -> SqlStep.of(step, config.target()))
            .toList();
    List<SqlStep> source =
        sourceSteps(rollups).stream().map(step -> SqlStep.of(step, config.source())).toList();
    return Stream.of(
            target.stream().filter(step -> !step.ours()),
            source.stream().filter(step -> !step.ours()),
            source.stream().filter(SqlStep::ours),
            target.stream().filter(SqlStep::ours))
        .flatMap(steps -> steps)
        .toList();
  }

  private List<SourceStep> sourceSteps(List<Rollup> rollups) throws SQLException {
    try {
      return installation.sourceSetup(rollups).plan();
    } catch (FatalCaptureException e) {
      throw new RefusedByState(e.getMessage());
    }
  }

  /**
   * Does it; again at any time.
   *
   * @throws RefusedByState when the configured users may not do all of it; nothing is changed then
   */
  public Result apply() throws IOException, SQLException {
    List<DefinitionRecord> described = numbered(installation.described());
    List<Rollup> rollups = described.stream().map(DefinitionRecord::bind).toList();
    try (TopicAdmin admin = new TopicAdmin(installation.config().kafka())) {
      List<SqlStep> steps = steps(rollups);
      refuseThoseOfOthers(steps);
      Topics names = installation.topics();
      List<Topic> created =
          new ArrayList<>(admin.ensure(List.of(names.definitions(), names.captureState())));
      List<DefinitionRecord> unknown = unknown(described);
      installation.migration().apply(rollups);
      installation.sourceSetup(rollups).apply();
      created.addAll(admin.ensure(installation.topicsOf(rollups)));
      new DefinitionsTopic(names, installation.config().kafka()).publish(unknown);
      return new Result(steps, created);
    }
  }

  /** Those that are there already keep the number of their newest generation at work. */
  private List<DefinitionRecord> numbered(List<DefinitionRecord> described) {
    List<Rollup> installed = Installation.atWork(installation.known(installation.config().kafka()));
    return described.stream()
        .map(each -> newest(installed, each.rollup()).map(each::as).orElse(each))
        .toList();
  }

  /** The same of rollups. */
  public static List<Rollup> numbered(List<Rollup> described, List<Rollup> installed) {
    return described.stream()
        .map(each -> newest(installed, each.name()).map(each::as).orElse(each))
        .toList();
  }

  private static Optional<Integer> newest(List<Rollup> installed, String rollup) {
    return installed.stream()
        .filter(each -> each.name().equals(rollup))
        .map(Rollup::generation)
        .max(Comparator.naturalOrder());
  }

  private static void refuseThoseOfOthers(List<SqlStep> steps) {
    List<SqlStep> ofOthers = steps.stream().filter(step -> !step.ours()).toList();
    if (!ofOthers.isEmpty()) {
      throw new RefusedByState(
          "The configured users may not do all that is needed, and nothing was changed. Let the"
              + " following be run by who may, with psql for example, then 'daybook migrate'"
              + " again:\n\n"
              + SqlParts.of(ofOthers).text());
    }
  }

  /**
   * The definitions that are not known to the roles yet. One that needs more of a table than was
   * captured so far begins with the next epoch.
   */
  private List<DefinitionRecord> unknown(List<DefinitionRecord> described) {
    Map<String, String> kafka = installation.config().kafka();
    Set<DefinitionRecord> present =
        new DefinitionsTopic(installation.topics(), kafka)
            .load().stream().map(each -> each.from(1)).collect(Collectors.toSet());
    List<DefinitionRecord> unknown =
        described.stream().filter(each -> !present.contains(each.from(1))).toList();
    if (unknown.isEmpty()) {
      return unknown;
    }
    CapturedHistory history = CapturedHistory.read(installation.topics(), kafka);
    if (history.isBeingRead()) {
      throw new RefusedByState(
          "Capture is in the middle of a snapshot, and '%s' is new: let 'daybook run' complete it"
                  .formatted(unknown.get(0).rollup())
              + " ('daybook status' shows when), then run this again. Nothing was changed");
    }
    return unknown.stream()
        .map(each -> each.from(history.firstEpochWith(each.bind().tables())))
        .toList();
  }

  /**
   * Compares the folder, which is the user's wish, with what is installed.
   *
   * @throws RefusedByState where they differ, with the way out
   */
  public void refuseChanges(List<Rollup> installed) throws IOException {
    if (!Files.isDirectory(installation.config().rollups())) {
      return;
    }
    for (Definition wanted : Definition.readAll(installation.config().rollups())) {
      Optional<Rollup> present =
          installed.stream()
              .filter(each -> each.name().equals(wanted.rollup()))
              .max(Comparator.comparingInt(Rollup::generation));
      if (present.isEmpty()) {
        throw new RefusedByState(
            "The rollup '" + wanted.rollup() + "' is not installed yet: run 'daybook migrate'");
      }
      if (!present.get().hash().equals(wanted.hash())) {
        throw new RefusedByState(
            "The definition of '%s' has changed: installed is %s, the folder %s has %s. State made"
                    .formatted(
                        wanted.rollup(),
                        present.get().hash(),
                        installation.config().rollups(),
                        wanted.hash())
                + " for the old one cannot serve the new one. Restore the files, give the new"
                + " definition a name of its own, or 'daybook uninstall' and migrate anew.");
      }
    }
  }
}
