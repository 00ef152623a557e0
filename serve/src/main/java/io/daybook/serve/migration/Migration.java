// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.Definition;
import io.daybook.schemas.table.RollupTable;
import io.daybook.serve.mode.OnStale;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Brings the target database to what the definitions want: what is there already is left alone, so
 * that a second run has nothing to do. All steps happen in one transaction, one migration at a
 * time.
 */
public final class Migration {
  /** Readers wait no longer than this behind a step that waits for a lock. */
  private static final Duration QUEUE_MAX = Duration.ofMillis(150);

  private static final Duration QUEUE_AGAIN = Duration.ofMillis(100);

  private final DataSource target;
  private final Settings settings;
  private final boolean drops;

  /**
   * What a migration must know besides the definitions.
   *
   * @param sourceIsTarget whether the source's tables are in the target database, so that the read
   *     functions can run the live query
   * @param partitions of the rollup topics; one row of progress for each
   * @param freshnessLimit how far behind a rollup may be before it is stale
   * @param onStale what readers get of one that is
   * @param lockWait how long to wait for a lock that a running query holds
   * @param sinkUser who is let in as sink; null where the target's own user is the sink
   * @param serveUser who is let in for the API; null where that is the target's own user
   */
  public record Settings(
      boolean sourceIsTarget,
      int partitions,
      Duration freshnessLimit,
      OnStale.Policy onStale,
      Duration lockWait,
      String sinkUser,
      String serveUser) {
    public static final Duration DEFAULT_FRESHNESS_LIMIT = Duration.ofSeconds(60);
    public static final Duration DEFAULT_LOCK_WAIT = Duration.ofSeconds(10);

    public Settings(boolean sourceIsTarget, int partitions) {
      this(
          sourceIsTarget,
          partitions,
          DEFAULT_FRESHNESS_LIMIT,
          OnStale.Policy.USUAL,
          DEFAULT_LOCK_WAIT,
          null,
          null);
    }
  }

  public Migration(DataSource target, Settings settings) {
    this(target, settings, false);
  }

  private Migration(DataSource target, Settings settings, boolean drops) {
    this.target = target;
    this.settings = settings;
    this.drops = drops;
  }

  /** The same, which also drops the columns that no generation has any more. */
  public Migration dropping() {
    return new Migration(target, settings, true);
  }

  /**
   * Every step with whether it is needed; changes nothing.
   *
   * @throws MigrationRefusedException when there is no way from what is there
   */
  public List<Step> plan(List<Rollup> rollups) throws SQLException {
    try (Connection connection = target.getConnection()) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      try {
        return steps(connection, rollups);
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * Does what is needed, all or nothing.
   *
   * @return the steps that were done
   * @throws MigrationRefusedException when there is no way from what is there
   */
  public List<Step> apply(List<Rollup> rollups) throws SQLException {
    return apply(rollups, List.of());
  }

  /**
   * Makes the functions of readers anew where generations have gone, and nothing else.
   *
   * @param rollups that stay
   */
  public void renewFunctions(List<Rollup> rollups) throws SQLException {
    try (Connection connection = target.getConnection()) {
      connection.setAutoCommit(false);
      try {
        SchemaLock.take(connection, settings.lockWait());
        TargetCatalogue catalogue = TargetCatalogue.read(connection);
        List<RollupTable> there =
            tables(rollups).stream().filter(each -> catalogue.has(each.partitionName())).toList();
        for (RollupSteps each : rollupSteps(connection, catalogue, there)) {
          for (Step step : each.functions()) {
            if (step.needed()) {
              execute(connection, step);
            }
          }
        }
        connection.commit();
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * The same, with more in its transaction. While others hold what it must lock, it gives up its
   * place in the queue again and again, since readers stand behind it there; in the end it keeps
   * it.
   *
   * @param also steps that come last
   */
  public List<Step> apply(List<Rollup> rollups, List<Step> also) throws SQLException {
    long deadline = System.nanoTime() + settings.lockWait().toNanos();
    while (true) {
      boolean last = System.nanoTime() > deadline;
      Optional<List<Step>> done = attempt(rollups, also, last);
      if (done.isPresent()) {
        return done.get();
      }
      LockSupport.parkNanos(QUEUE_AGAIN.toNanos());
    }
  }

  /** Empty where a lock was not to be had, unless it is the last attempt. */
  private Optional<List<Step>> attempt(List<Rollup> rollups, List<Step> also, boolean last)
      throws SQLException {
    try (Connection connection = target.getConnection()) {
      connection.setAutoCommit(false);
      try {
        SchemaLock.take(connection, settings.lockWait());
        List<Step> needed =
            Stream.concat(steps(connection, rollups).stream(), also.stream())
                .filter(Step::needed)
                .toList();
        refuseThoseOfOthers(needed);
        SchemaLock.waitFor(connection, last ? settings.lockWait() : QUEUE_MAX);
        for (Step step : needed) {
          execute(connection, step);
        }
        connection.commit();
        return Optional.of(needed);
      } catch (SQLException e) {
        if (last || !(e instanceof StepException) || !SchemaLock.isInTheWay(e)) {
          throw e;
        }
        return Optional.empty();
      } finally {
        connection.rollback();
      }
    }
  }

  /** A step that failed. */
  private static final class StepException extends SQLException {
    private static final long serialVersionUID = 1L;

    StepException(String message, SQLException cause) {
      super(message, cause.getSQLState(), cause);
    }
  }

  private static void refuseThoseOfOthers(List<Step> needed) {
    List<Step> ofOthers = needed.stream().filter(step -> !step.ours()).toList();
    if (!ofOthers.isEmpty()) {
      StringBuilder message =
          new StringBuilder(
              "The target's user may not do all that is needed, and nothing was changed. Let the"
                  + " following be run by who may, then migrate again:");
      for (Step step : ofOthers) {
        message.append("\n-- as ").append(step.runner()).append('\n');
        message.append(step.sql()).append(';');
      }
      throw new MigrationRefusedException(message.toString());
    }
  }

  private static void execute(Connection connection, Step step) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(step.sql());
    } catch (SQLException e) {
      String hint =
          SchemaLock.isTimeout(e)
              ? "A running query holds the lock; wait for it, or end it, and migrate again"
              : "Nothing was changed";
      throw new StepException(
          "Migration step '%s' failed: %s. %s".formatted(step.what(), e.getMessage(), hint), e);
    }
  }

  private List<Step> steps(Connection connection, List<Rollup> rollups) throws SQLException {
    TargetCatalogue catalogue = TargetCatalogue.read(connection);
    List<RollupSteps> each = rollupSteps(connection, catalogue, tables(rollups));
    List<Step> steps = new ArrayList<>();
    each.forEach(one -> steps.addAll(one.early()));
    BaseSteps base = new BaseSteps(catalogue);
    steps.addAll(base.steps(connection, settings));
    each.forEach(one -> steps.addAll(one.steps(settings.partitions())));
    // From here on whoever turns the switch waits: nothing is left that could wait for others.
    steps.add(base.freshness(connection, settings));
    each.forEach(one -> steps.addAll(one.last()));
    return List.copyOf(steps);
  }

  private List<RollupSteps> rollupSteps(
      Connection connection, TargetCatalogue catalogue, List<RollupTable> tables)
      throws SQLException {
    List<RollupSteps> steps = new ArrayList<>();
    for (List<RollupTable> each : byName(tables)) {
      String name = each.get(0).viewName();
      steps.add(
          new RollupSteps(
              each,
              GenerationRecord.read(connection, catalogue, name),
              GenerationRecord.isPointed(connection, catalogue, name),
              settings.sourceIsTarget(),
              drops,
              catalogue));
    }
    return steps;
  }

  /** Generations of each rollup together, by number. */
  private static Collection<List<RollupTable>> byName(List<RollupTable> tables) {
    return tables.stream()
        .sorted(Comparator.comparingInt(each -> each.rollup().generation()))
        .collect(groupingBy(RollupTable::viewName, LinkedHashMap::new, toList()))
        .values();
  }

  private static List<RollupTable> tables(List<Rollup> rollups) {
    Map<String, String> owners = new HashMap<>();
    for (Definition base : BaseTables.all()) {
      owners.put(base.name(), "Daybook itself");
    }
    List<RollupTable> tables = new ArrayList<>();
    for (Rollup rollup : rollups) {
      try {
        tables.add(new RollupTable(rollup));
      } catch (IllegalArgumentException e) {
        throw new MigrationRefusedException(e.getMessage(), e);
      }
      for (String name : tables.get(tables.size() - 1).names()) {
        String owner = "rollup '" + rollup.name() + "'";
        String other = owners.put(name, owner);
        if (other != null && !other.equals(owner)) {
          throw new MigrationRefusedException(
              "Rollup '%s' needs the name daybook.%s, which %s has: rename the folder"
                  .formatted(rollup.name(), name, other));
        }
      }
    }
    return tables;
  }
}
