// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.pipeline.topology.RefreshRequests;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.generation.Phase;
import io.daybook.serve.refresh.Refresh;
import io.daybook.serve.refresh.Refreshes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that rows which somebody asked for are sent again, and removes what no cell stands
 * for.
 */
final class RefreshKeeper implements Upkeep.Task {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshKeeper.class);

  private static final int VALID_WITHIN_SECONDS = 2;

  private final Installation installation;
  private final Supplier<List<Rollup>> rollups;
  private final Map<Long, String> troubles = new HashMap<>();

  /**
   * @param rollups the generations that are at work
   */
  RefreshKeeper(Installation installation, Supplier<List<Rollup>> rollups) {
    this.installation = installation;
    this.rollups = rollups;
  }

  @Override
  public boolean isDue(Connection target) throws SQLException {
    return Refreshes.pending(target).stream().anyMatch(RefreshKeeper::isDue);
  }

  private static boolean isDue(Refresh each) {
    return each.missing().isEmpty() || each.until() == null && each.due();
  }

  @Override
  public void run(Connection target) throws SQLException, InterruptedException {
    for (Refresh each : Refreshes.pending(target)) {
      if (isDue(each)) {
        attempt(target, each);
      }
    }
  }

  /** One that cannot go on does not keep the others from it. */
  private void attempt(Connection target, Refresh refresh)
      throws SQLException, InterruptedException {
    try {
      step(target, refresh);
      troubles.remove(refresh.id());
    } catch (SQLException | RuntimeException e) {
      if (!target.isValid(VALID_WITHIN_SECONDS)) {
        throw e;
      }
      String what = String.valueOf(e.getMessage());
      if (!what.equals(troubles.put(refresh.id(), what))) {
        LOG.warn("Refresh {} of {} does not go on: {}", refresh.id(), refresh.rollup(), what);
      }
    }
  }

  private void step(Connection target, Refresh refresh) throws SQLException, InterruptedException {
    Optional<Rollup> rollup =
        rollups.get().stream()
            .filter(each -> each.is(refresh.rollup(), refresh.generation()))
            .findFirst();
    if (isGone(target, refresh)) {
      Refreshes.failed(
          target, refresh, "generation %d is not at work any more".formatted(refresh.generation()));
    } else if (rollup.isEmpty()) {
      LOG.debug("Refresh {} is of what is not at work here yet", refresh.id());
    } else if (refresh.missing().isEmpty() && refresh.incomplete() > 0) {
      Refreshes.failed(
          target,
          refresh,
          "rows of %d partitions do not settle: 'daybook recompute' computes the rollup anew"
              .formatted(refresh.incomplete()));
    } else if (refresh.missing().isEmpty()) {
      long removed = Refreshes.sweep(target, refresh);
      LOG.info(
          "Refresh {} of {} is done; {} rows were of no cell",
          refresh.id(),
          rollup.get().label(),
          removed);
    } else {
      new RefreshRequests(rollup.get(), installation.topics(), installation.config().kafka())
          .send(refresh.id(), refresh.scope(), refresh.missing());
      Refreshes.sent(target, refresh);
    }
  }

  private static boolean isGone(Connection target, Refresh refresh) throws SQLException {
    return Generations.existing(target).stream()
        .filter(each -> each.rollup().equals(refresh.rollup()))
        .filter(each -> each.number() == refresh.generation())
        .noneMatch(each -> each.phase() != Phase.LEAVING && each.phase() != Phase.KEPT);
  }
}
