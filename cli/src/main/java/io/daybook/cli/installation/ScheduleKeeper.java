// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.refresh.Refresh;
import io.daybook.serve.refresh.Refreshes;
import io.daybook.serve.schedule.ScheduleRun;
import io.daybook.serve.schedule.ScheduleRuns;
import io.daybook.serve.verification.Difference;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the last days at each tick of the schedule, asks for the rows that differ, and looks at
 * them again when they have come. A tick is a key, so that it is one's however many processes there
 * are; ticks that nobody was there for are left out, but for the last one.
 */
final class ScheduleKeeper implements Upkeep.Task {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduleKeeper.class);
  private static final String TICK = "tick ";

  private final Schedule schedule;
  private final Supplier<List<Rollup>> rollups;
  private final Verifier verifier;
  private Instant lastTick;

  /**
   * @param rollups the generations that are at work
   */
  ScheduleKeeper(Installation installation, Supplier<List<Rollup>> rollups) {
    this.schedule = new Schedule(installation);
    this.rollups = rollups;
    this.verifier = new Verifier(installation.source(), installation.target(), Limits.DEFAULT);
    this.lastTick = schedule.lastTick(Instant.now()).orElse(null);
  }

  @Override
  public boolean isDue(Connection target) throws SQLException {
    if (tick().isPresent()) {
      return true;
    }
    for (ScheduleRun each : ScheduleRuns.pending(target)) {
      if (each.refreshes() == null || haveEnded(target, each)) {
        return true;
      }
    }
    return false;
  }

  /** A tick since the last one that was seen here. */
  private Optional<Instant> tick() {
    return schedule.lastTick(Instant.now()).filter(tick -> tick.isAfter(lastTick));
  }

  private static boolean haveEnded(Connection target, ScheduleRun run) throws SQLException {
    for (long id : run.refreshes()) {
      if (!Refreshes.find(target, id).map(Refresh::ended).orElse(true)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void run(Connection target) throws SQLException, InterruptedException {
    Optional<Instant> tick = tick();
    if (tick.isPresent()) {
      ScheduleRuns.ask(target, TICK + tick.get(), schedule.firstDay(tick.get()));
      lastTick = tick.get();
    }
    for (ScheduleRun each : ScheduleRuns.pending(target)) {
      if (each.refreshes() == null) {
        look(target, each);
      } else if (haveEnded(target, each)) {
        lookAgain(target, each);
      }
    }
  }

  private void look(Connection target, ScheduleRun run) throws SQLException, InterruptedException {
    ScheduleRuns.begins(target, run);
    Verification found = verify(target, run);
    Map<String, Set<List<String>>> keys = keys(found);
    if (keys.isEmpty()) {
      ScheduleRuns.looked(target, run, found, 0, List.of());
      String finding = found.reasons().isEmpty() ? null : String.join("; ", found.reasons());
      ScheduleRuns.ends(target, run, 0, finding);
      LOG.info("Schedule, {}: {} rows compared, none differs", run.key(), found.rowsCompared());
    } else {
      ScheduleRuns.looked(target, run, found, count(keys), ask(target, run, keys));
    }
  }

  /** More may have come to light than a verification lists at once. */
  private void lookAgain(Connection target, ScheduleRun run)
      throws SQLException, InterruptedException {
    Verification found = verify(target, run);
    Map<String, Set<List<String>>> remaining = keys(found);
    Map<String, Set<List<String>>> unasked = keys(found);
    List<Long> refreshes = new ArrayList<>(run.refreshes());
    for (long id : refreshes) {
      Refreshes.find(target, id)
          .ifPresent(
              each ->
                  unasked
                      .getOrDefault(each.rollup(), new LinkedHashSet<>())
                      .removeAll(each.scope().keys()));
    }
    if (count(unasked) > 0) {
      refreshes.addAll(ask(target, run, unasked));
      ScheduleRuns.looked(target, run, found, run.differences() + count(unasked), refreshes);
      return;
    }
    String finding = null;
    if (count(remaining) > 0) {
      finding = found.firstDifference() + "; 'daybook recompute' computes the rollup anew";
      LOG.error("Schedule, {}: {}", run.key(), finding);
    } else {
      LOG.info("Schedule, {}: {} rows are right again", run.key(), run.differences());
    }
    ScheduleRuns.ends(target, run, count(remaining), finding);
  }

  private List<Long> ask(Connection target, ScheduleRun run, Map<String, Set<List<String>>> keys)
      throws SQLException {
    LOG.warn(
        "Schedule, {}: {} rows differ and are written once more, as {}",
        run.key(),
        count(keys),
        keys.values().stream().flatMap(Set::stream).findFirst().orElseThrow());
    List<Long> refreshes = new ArrayList<>();
    for (Rollup rollup : current(target)) {
      Set<List<String>> differing = keys.getOrDefault(rollup.name(), Set.of());
      if (!differing.isEmpty()) {
        RefreshScope scope = RefreshScope.ofKeys(List.copyOf(differing));
        refreshes.add(Refreshes.ask(target, rollup.name(), rollup.generation(), scope));
      }
    }
    return refreshes;
  }

  private static long count(Map<String, Set<List<String>>> keys) {
    return keys.values().stream().mapToLong(Set::size).sum();
  }

  private Verification verify(Connection target, ScheduleRun run)
      throws SQLException, InterruptedException {
    return verifier.verifySince(run.firstDay(), current(target), VerificationProgress.SILENT);
  }

  private List<Rollup> current(Connection target) throws SQLException {
    Map<String, Integer> pointers = Generations.current(target);
    return rollups.get().stream()
        .filter(each -> pointers.getOrDefault(each.name(), 0) == each.generation())
        .toList();
  }

  /** Keys that differ, by rollup. */
  private static Map<String, Set<List<String>>> keys(Verification found) {
    Map<String, Set<List<String>>> keys = new LinkedHashMap<>();
    for (Difference each : found.differences()) {
      List<String> key = new ArrayList<>(each.key().values());
      keys.computeIfAbsent(each.rollup(), name -> new LinkedHashSet<>()).add(key);
    }
    return keys;
  }
}
