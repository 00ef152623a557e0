// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Setting;
import io.daybook.pipeline.capture.CaptureSettings.From;
import io.daybook.pipeline.capture.CapturedHistory;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.text.Durations;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.generation.Switch;
import io.daybook.serve.migration.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks for new generations, and lets go of what was asked for. The processes that run do the rest:
 * what is written here is one row in the target.
 */
public final class Recompute {
  private static final String LOCK =
      "SELECT pg_advisory_lock(hashtextextended('daybook-recompute', 0))";

  private static final String UNDEFINED_TABLE = "42P01";

  private final Installation installation;

  public Recompute(Installation installation) {
    this.installation = installation;
  }

  /**
   * What came of asking.
   *
   * @param attached whether it had been asked for before
   */
  public record Asked(Generation generation, boolean attached) {}

  /** All that are on their way, or that were replaced and are kept. */
  public List<Generation> generations() throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      return Generations.read(target);
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        throw new RefusedByState(
            "The target's schema is of an earlier version: run 'daybook migrate' first");
      }
      throw e;
    }
  }

  /** One of them; empty where nothing is left of it. */
  public Optional<Generation> generation(String rollup, int number) throws SQLException {
    return generations().stream()
        .filter(each -> each.rollup().equals(rollup) && each.number() == number)
        .findFirst();
  }

  /** The same from what the topics have. */
  public List<Asked> ask(List<String> rollups, Wish wish) throws IOException, SQLException {
    return ask(rollups, wish, false);
  }

  /**
   * Asks for the next generations, all or none, of the definitions that the folder has; where one
   * of the same is on its way it is the answer, with the newer wish, and one of another definition
   * is let go of.
   *
   * @param resnapshot lets capture read all tables again first
   * @throws RefusedByState where topics have lost what is to be replayed
   */
  public List<Asked> ask(List<String> rollups, Wish wish, boolean resnapshot)
      throws IOException, SQLException {
    try (Connection target = installation.target().getConnection()) {
      lock(target);
      List<Asked> attached = new ArrayList<>();
      List<Plan> plans = new ArrayList<>();
      for (String rollup : rollups) {
        Plan plan = plan(target, rollup, plans);
        Optional<Generation> underWay = underWay(rollup);
        if (underWay.isPresent() && underWay.get().record().hash().equals(plan.next.hash())) {
          Generations.wish(target, underWay.get(), wish);
          attached.add(new Asked(underWay.get(), true));
        } else {
          plans.add(new Plan(plan.current, replayable(plan.next, resnapshot)));
        }
      }
      begin(plans, wish);
      List<Asked> asked = new ArrayList<>(attached);
      for (Plan each : plans) {
        DefinitionRecord next = each.next;
        asked.add(new Asked(generation(next.rollup(), next.generation()).orElseThrow(), false));
      }
      return asked;
    }
  }

  private void begin(List<Plan> plans, Wish wish) throws SQLException {
    List<Rollup> rollups = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (Plan each : plans) {
      rollups.add(each.current.bind());
      rollups.add(each.next.bind());
      String definition = new String(each.next.value(), StandardCharsets.UTF_8);
      steps.add(Generations.replacing(each.next.rollup()));
      steps.add(Generations.asking(each.next.rollup(), each.next.generation(), definition, wish));
    }
    if (!plans.isEmpty()) {
      new Setup(installation).applyToSource(plans.stream().map(each -> each.next.bind()).toList());
      installation.migration().apply(rollups, steps);
    }
  }

  /** What {@link #ask} would begin, or attach to. */
  public Rollup planned(String rollup) throws IOException, SQLException {
    try (Connection target = installation.target().getConnection()) {
      DefinitionRecord next = plan(target, rollup, List.of()).next;
      return underWay(rollup)
          .map(Generation::record)
          .filter(each -> each.hash().equals(next.hash()))
          .orElse(next)
          .bind();
    }
  }

  /** Why topics can't be replayed for it, in words; empty where they can be, or will be written. */
  public Optional<String> refusal(Rollup next) {
    CapturedHistory history = history();
    return next.fromEpoch() > history.epoch()
        ? Optional.empty()
        : history
            .lost(next.tables(), new From(next.fromEpoch(), next.fromLoads()))
            .map(partition -> lost(partition, next.name()));
  }

  private DefinitionRecord replayable(DefinitionRecord next, boolean resnapshot) {
    if (resnapshot) {
      return next.from(history().epoch() + 1);
    }
    Optional<String> refusal = refusal(next.bind());
    if (refusal.isPresent()) {
      throw new RefusedByState(refusal.get());
    }
    return next;
  }

  private String lost(TopicPartition partition, String rollup) {
    String kept =
        installation
            .config()
            .cdcRetention()
            .map(time -> "%s is %s".formatted(Setting.CDC_RETENTION.key(), Durations.text(time)))
            .orElse("they are gone, though they were to be kept for ever");
    return ("the topic %s has lost rows of its partition %d (%s), and a replay would miss them."
            + " 'daybook recompute %s --resnapshot' lets capture read all tables again first;"
            + " readers of all rollups get the live query until that is verified")
        .formatted(partition.topic(), partition.partition(), kept, rollup);
  }

  private CapturedHistory history() {
    return CapturedHistory.read(installation.topics(), installation.config().kafka());
  }

  /** Lets go of the one that is on its way; empty where there is none. */
  public Optional<Generation> abort(String rollup) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      lock(target);
      Optional<Generation> underWay = underWay(rollup);
      return underWay.isPresent() && Generations.leave(target, underWay.get())
          ? underWay
          : Optional.empty();
    }
  }

  /** Gives readers back the one that was replaced last; empty where none is kept. */
  public Optional<Generation> rollBack(String rollup) throws SQLException {
    Optional<Generation> kept =
        generations().stream()
            .filter(each -> each.rollup().equals(rollup) && each.phase() == Phase.KEPT)
            .max(Comparator.comparing(each -> each.times().leaves()));
    if (kept.isEmpty()) {
      return kept;
    }
    try (Connection target = installation.target().getConnection()) {
      target.setAutoCommit(false);
      Switch back = new Switch(target, rollup, installation.config().recomputeKeep());
      return back.back(kept.get()) ? kept : Optional.empty();
    }
  }

  private Optional<Generation> underWay(String rollup) throws SQLException {
    return generations().stream()
        .filter(each -> each.rollup().equals(rollup))
        .filter(each -> each.phase() == Phase.BUILDING || each.phase() == Phase.READY)
        .findFirst();
  }

  /**
   * What a rollup is computed by, and what it is to be computed by: what the folder has, where it
   * is there, under a number that was never used.
   */
  private record Plan(DefinitionRecord current, DefinitionRecord next) {}

  private Plan plan(Connection target, String rollup, List<Plan> others)
      throws IOException, SQLException {
    List<DefinitionRecord> known = installation.known(installation.config().kafka());
    Integer number = Generations.current(target).get(rollup);
    DefinitionRecord current =
        known.stream()
            .filter(each -> each.rollup().equals(rollup))
            .filter(each -> number != null && each.generation() == number)
            .findFirst()
            .orElseThrow(
                () -> new RefusedByState("There is no rollup '" + rollup + "' that is installed"));
    int highest =
        known.stream()
            .filter(each -> each.rollup().equals(rollup))
            .mapToInt(DefinitionRecord::generation)
            .max()
            .orElseThrow();
    int next = Math.max(highest + 1, Generations.next(target, rollup));
    return new Plan(current, fromLastRead(wanted(current), known, others).as(next));
  }

  /**
   * What the folder has; where it is not here, or says the same, that of the current generation.
   */
  private DefinitionRecord wanted(DefinitionRecord current) throws IOException, SQLException {
    if (!Files.isDirectory(installation.config().rollups())) {
      return current;
    }
    Definition.Reading folder = Definition.read(installation.config().rollups());
    Optional<Definition> written =
        folder.definitions().stream()
            .filter(each -> each.rollup().equals(current.rollup()))
            .findFirst();
    boolean readable =
        written.isPresent() && written.get().selects().size() == written.get().texts().size();
    if (written.isEmpty() || (readable && written.get().hash().equals(current.hash()))) {
      return current;
    }
    if (!readable) {
      throw new DefinitionException(folder.problems(), folder.untold());
    }
    return installation.described(written.get());
  }

  /** From the last time on that all of its rows were read: it needs nothing from before. */
  private DefinitionRecord fromLastRead(
      DefinitionRecord one, List<DefinitionRecord> known, List<Plan> others) throws SQLException {
    List<DefinitionRecord> all = new ArrayList<>(known);
    others.forEach(each -> all.add(each.next));
    generations().stream()
        .filter(each -> each.phase() == Phase.BUILDING)
        .map(Generation::record)
        .forEach(all::add);
    From first = history().firstWith(one.bind().tables(), all);
    return one.from(first.epoch(), first.loads());
  }

  /** Until the connection is closed. */
  private static void lock(Connection target) throws SQLException {
    try (Statement statement = target.createStatement()) {
      statement.execute(LOCK);
    }
  }
}
