// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.Definition;
import io.daybook.schemas.table.RollupTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Brings the target database to what the definitions want: what is there already is left alone, so
 * that a second run has nothing to do. All steps happen in one transaction, one migration at a
 * time.
 */
public final class Migration {
  private final DataSource target;
  private final Settings settings;

  /**
   * What a migration must know besides the definitions.
   *
   * @param sourceIsTarget whether the source's tables are in the target database, so that the read
   *     functions can run the live query
   * @param partitions of the rollup topics; one row of progress for each
   * @param freshnessLimit how far behind a rollup may be before readers get the live query
   * @param lockWait how long to wait for a lock that a running query holds
   * @param sinkUser who is let in as sink; null where the target's own user is the sink
   */
  public record Settings(
      boolean sourceIsTarget,
      int partitions,
      Duration freshnessLimit,
      Duration lockWait,
      String sinkUser) {
    public static final Duration DEFAULT_FRESHNESS_LIMIT = Duration.ofSeconds(60);
    public static final Duration DEFAULT_LOCK_WAIT = Duration.ofSeconds(10);

    public Settings(boolean sourceIsTarget, int partitions) {
      this(sourceIsTarget, partitions, DEFAULT_FRESHNESS_LIMIT, DEFAULT_LOCK_WAIT, null);
    }
  }

  public Migration(DataSource target, Settings settings) {
    this.target = target;
    this.settings = settings;
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
   * The same, with more in its transaction.
   *
   * @param also steps that come last
   */
  public List<Step> apply(List<Rollup> rollups, List<Step> also) throws SQLException {
    try (Connection connection = target.getConnection()) {
      connection.setAutoCommit(false);
      try {
        SchemaLock.take(connection, settings.lockWait());
        List<Step> needed =
            Stream.concat(steps(connection, rollups).stream(), also.stream())
                .filter(Step::needed)
                .toList();
        refuseThoseOfOthers(needed);
        for (Step step : needed) {
          execute(connection, step);
        }
        connection.commit();
        return needed;
      } finally {
        connection.rollback();
      }
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
      throw new SQLException(
          "Migration step '%s' failed: %s. %s".formatted(step.what(), e.getMessage(), hint),
          e.getSQLState(),
          e);
    }
  }

  private List<Step> steps(Connection connection, List<Rollup> rollups) throws SQLException {
    List<RollupTable> tables = tables(rollups);
    TargetCatalogue catalogue = TargetCatalogue.read(connection);
    List<Step> steps =
        new ArrayList<>(
            new BaseSteps(catalogue)
                .steps(connection, settings.freshnessLimit(), settings.sinkUser()));
    for (RollupTable table : tables) {
      Rollup rollup = table.rollup();
      GenerationRecord present =
          GenerationRecord.read(connection, catalogue, rollup.name(), rollup.generation());
      steps.addAll(
          new RollupSteps(table, settings.sourceIsTarget(), catalogue)
              .steps(present, settings.partitions()));
    }
    return List.copyOf(steps);
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
        String other = owners.put(name, "rollup '" + rollup.name() + "'");
        if (other != null) {
          throw new MigrationRefusedException(
              "Rollup '%s' needs the name daybook.%s, which %s has: rename the folder"
                  .formatted(rollup.name(), name, other));
        }
      }
    }
    return tables;
  }
}
