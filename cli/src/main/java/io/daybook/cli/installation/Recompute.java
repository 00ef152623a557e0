// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.generation.Switch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

  /** Asks for the next generation; one that is on its way is the answer, with the newer wish. */
  public Asked ask(String rollup, Wish wish) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      lock(target);
      Optional<Generation> underWay = underWay(rollup);
      if (underWay.isPresent()) {
        Generations.wish(target, underWay.get(), wish);
        return new Asked(underWay.get(), true);
      }
      DefinitionRecord next = next(target, rollup);
      String definition = new String(next.value(), StandardCharsets.UTF_8);
      installation
          .migration()
          .apply(
              List.of(next.bind()),
              List.of(Generations.asking(rollup, next.generation(), definition, wish)));
      return new Asked(generation(rollup, next.generation()).orElseThrow(), false);
    }
  }

  /** What {@link #ask} would begin, or attach to. */
  public Rollup planned(String rollup) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      DefinitionRecord next = next(target, rollup);
      return underWay(rollup).map(each -> next.as(each.number())).orElse(next).bind();
    }
  }

  /** What one generation is to compute. */
  public Rollup planned(Generation of) throws SQLException {
    try (Connection target = installation.target().getConnection()) {
      return next(target, of.rollup()).as(of.number()).bind();
    }
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

  /** The definition of the current generation under a number that was never used. */
  private DefinitionRecord next(Connection target, String rollup) throws SQLException {
    List<DefinitionRecord> known = installation.known(installation.config().kafka());
    Integer current = Generations.current(target).get(rollup);
    DefinitionRecord definition =
        known.stream()
            .filter(each -> each.rollup().equals(rollup))
            .filter(each -> current != null && each.generation() == current)
            .findFirst()
            .orElseThrow(
                () -> new RefusedByState("There is no rollup '" + rollup + "' that is installed"));
    int highest =
        known.stream()
            .filter(each -> each.rollup().equals(rollup))
            .mapToInt(DefinitionRecord::generation)
            .max()
            .orElseThrow();
    return definition.as(Math.max(highest + 1, Generations.next(target, rollup)));
  }

  /** Until the connection is closed. */
  private static void lock(Connection target) throws SQLException {
    try (Statement statement = target.createStatement()) {
      statement.execute(LOCK);
    }
  }
}
