// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Config;
import io.daybook.cli.config.Setting;
import io.daybook.pipeline.capture.CaptureSettings.From;
import io.daybook.pipeline.capture.CapturedHistory;
import io.daybook.pipeline.capture.FatalCaptureException;
import io.daybook.pipeline.capture.SourceStep;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.schemas.topic.DefinitionsTopic;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.migration.Migration;
import io.daybook.serve.migration.MigrationRefusedException;
import io.daybook.serve.migration.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Creates what an installation needs: tables in the target, the publication in the source, topics,
 * and the definitions in them.
 */
public final class Setup {
  private final Installation installation;
  private final boolean drops;

  public Setup(Installation installation) {
    this(installation, false);
  }

  /**
   * @param drops whether columns go that no generation has any more
   */
  public Setup(Installation installation, boolean drops) {
    this.installation = installation;
    this.drops = drops;
  }

  private Migration migration() throws SQLException {
    return drops ? installation.migration().dropping() : installation.migration();
  }

  /**
   * What is missing, or was before it was created.
   *
   * @param asked generations that changed definitions need, or that were asked for
   */
  public record Result(List<SqlStep> steps, List<Topic> topics, List<String> asked) {
    public boolean isEmpty() {
      return steps.isEmpty() && topics.isEmpty() && asked.isEmpty();
    }
  }

  /** What would be done; changes nothing. */
  public Result plan() throws IOException, SQLException {
    FolderDefinitions folder = FolderDefinitions.read(installation);
    refuseUnknownNames(folder);
    List<Rollup> rollups = new ArrayList<>(folder.rollups());
    List<String> asked = new ArrayList<>();
    for (ChangedDefinition each : folder.changed()) {
      Rollup next = new Recompute(installation).planned(each.rollup());
      rollups.add(each.current().bind());
      rollups.add(next);
      asked.add("generation %d of %s".formatted(next.generation(), next.name()));
    }
    folder
        .unwanted()
        .forEach(
            each ->
                asked.add("no generation %d of %s".formatted(each.generation(), each.rollup())));
    try (TopicAdmin admin = new TopicAdmin(installation.config().kafka())) {
      return new Result(steps(rollups), admin.missing(installation.topicsOf(rollups)), asked);
    }
  }

  private void refuseUnknownNames(FolderDefinitions folder) {
    Set<String> known = new TreeSet<>();
    folder.rollups().forEach(each -> known.add(each.name()));
    folder.changed().forEach(each -> known.add(each.rollup()));
    for (String each : installation.config().freshness().onStale().ofRollups().keySet()) {
      if (!known.contains(each)) {
        throw new RefusedByState(
            "%s names the rollup '%s', which is not in %s; there are: %s"
                .formatted(
                    Setting.FRESHNESS_ON_STALE.key(),
                    each,
                    installation.config().rollups(),
                    String.join(", ", known)));
      }
    }
  }

  /** What others must do comes first, and of that what others in turn rely on. */
  private List<SqlStep> steps(List<Rollup> rollups) throws SQLException {
    Config config = installation.config();
    List<SqlStep> target =
        migration().plan(rollups).stream()
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
   * Does it; again at any time. For a definition that has changed a generation is asked for, beside
   * the one that readers have.
   *
   * @throws RefusedByState when the configured users may not do all of it; nothing is changed then
   */
  public Result apply() throws IOException, SQLException {
    FolderDefinitions folder = FolderDefinitions.read(installation);
    refuseUnknownNames(folder);
    List<SqlStep> steps = new ArrayList<>();
    List<Topic> created = new ArrayList<>();
    if (!folder.rollups().isEmpty()) {
      apply(folder, steps, created);
    }
    List<String> asked = new ArrayList<>();
    Recompute recompute = new Recompute(installation);
    List<String> changed = folder.changed().stream().map(ChangedDefinition::rollup).toList();
    recompute
        .ask(changed, Wish.USUAL)
        .forEach(each -> asked.add(each.generation().label() + ", which 'daybook run' builds"));
    for (DefinitionRecord each : folder.unwanted()) {
      recompute
          .abort(each.rollup())
          .ifPresent(gone -> asked.add("no " + gone.label() + ", which the folder does not have"));
    }
    return new Result(steps, created, asked);
  }

  /** Creates what the target lacks of what is installed; nothing else. */
  public void restoreTarget() throws SQLException {
    installation.migration().apply(installation.installed());
  }

  private void apply(FolderDefinitions folder, List<SqlStep> steps, List<Topic> created)
      throws SQLException {
    List<Rollup> rollups = folder.rollups();
    try (TopicAdmin admin = new TopicAdmin(installation.config().kafka())) {
      steps.addAll(steps(rollups));
      refuseThoseOfOthers(steps);
      Topics names = installation.topics();
      created.addAll(admin.ensure(List.of(names.definitions(), names.captureState())));
      List<DefinitionRecord> unknown = unknown(folder.asInstalled());
      migration().apply(rollups);
      installation.sourceSetup(rollups).apply();
      created.addAll(admin.ensure(installation.topicsOf(rollups)));
      new DefinitionsTopic(names, installation.config().kafka()).publish(unknown);
    }
  }

  /**
   * Brings about what the source must have for rollups.
   *
   * @throws RefusedByState when its user may not do all of it; nothing is changed then
   */
  void applyToSource(List<Rollup> rollups) throws SQLException {
    List<SqlStep> steps =
        sourceSteps(rollups).stream()
            .map(step -> SqlStep.of(step, installation.config().source()))
            .toList();
    refuseThoseOfOthers(steps);
    installation.sourceSetup(rollups).apply();
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
    List<DefinitionRecord> known = new DefinitionsTopic(installation.topics(), kafka).load();
    Set<DefinitionRecord> present =
        known.stream().map(each -> each.from(1)).collect(Collectors.toSet());
    List<DefinitionRecord> unknown =
        described.stream().filter(each -> !present.contains(each.from(1))).toList();
    if (unknown.isEmpty()) {
      return unknown;
    }
    CapturedHistory history = CapturedHistory.read(installation.topics(), kafka);
    List<DefinitionRecord> all = new ArrayList<>(known);
    List<DefinitionRecord> begun = new ArrayList<>();
    for (DefinitionRecord each : unknown) {
      DefinitionRecord beginning = beginning(each, history, all);
      begun.add(beginning);
      all.add(beginning);
    }
    return begun;
  }

  /** One that has state goes on with it, if it can. */
  private static DefinitionRecord beginning(
      DefinitionRecord one, CapturedHistory history, List<DefinitionRecord> known) {
    Optional<DefinitionRecord> before =
        known.stream()
            .filter(each -> each.rollup().equals(one.rollup()))
            .filter(each -> each.generation() == one.generation())
            .findFirst();
    if (before.isPresent()) {
      DefinitionRecord same = before.get();
      DefinitionRecord now = same.frozen() ? history.thawed(same, known) : same;
      return one.from(now.fromEpoch(), now.fromLoads());
    }
    From first = history.firstWholeWith(one.bind().tables(), known);
    return one.from(first.epoch(), first.loads());
  }

  /**
   * Compares the folder with what is at work, and asks for the generations that changed definitions
   * need. Not for one that was computed before: another process may have an older folder, and
   * somebody must say which one is meant.
   *
   * @param installed what is at work
   * @param asks whether this process may ask for them
   * @return what is to be said about it, a line each
   * @throws RefusedByState where a rollup is not installed
   */
  public List<String> follow(List<Rollup> installed, boolean asks) throws IOException {
    List<String> lines = new ArrayList<>();
    if (!Files.isDirectory(installation.config().rollups())) {
      return lines;
    }
    for (Definition wanted : Definition.readAll(installation.config().rollups())) {
      List<Rollup> present =
          installed.stream().filter(each -> each.name().equals(wanted.rollup())).toList();
      if (present.isEmpty()) {
        throw new RefusedByState(
            "The rollup '" + wanted.rollup() + "' is not installed yet: run 'daybook migrate'");
      }
      if (present.stream().noneMatch(each -> each.hash().equals(wanted.hash()))) {
        lines.add(
            "The definition of %s has changed: %s"
                .formatted(wanted.rollup(), follow(wanted, asks)));
      }
    }
    return lines;
  }

  private String follow(Definition wanted, boolean asks) throws IOException {
    String rollup = wanted.rollup();
    String how = "'daybook recompute %s' computes it".formatted(rollup);
    try (Connection target = installation.target().getConnection()) {
      Optional<Integer> before = Generations.withDefinition(target, rollup, wanted.hash());
      if (before.isPresent()) {
        return "it is that of generation %d again; %s anew".formatted(before.get(), how);
      } else if (!asks) {
        return how;
      }
      Generation asked =
          new Recompute(installation).ask(List.of(rollup), Wish.USUAL).get(0).generation();
      return asked.label() + " is built for it; 'daybook status' shows how far it is";
    } catch (RefusedByState | MigrationRefusedException | DefinitionException | SQLException e) {
      return "what is installed goes on, since %s; once that is mended, %s"
          .formatted(e.getMessage(), how);
    }
  }
}
