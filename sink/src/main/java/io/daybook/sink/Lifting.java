// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings versions that Redis has lost above all that they ever were.
 *
 * <p>What was answered and never recorded is not known: a sink that is ended between both, or that
 * Redis does not answer in time. So each lift goes {@link #MARGIN} higher than anything that the
 * one before can have led to: version + number of the lift × margin, the number being counted in
 * the target before Redis sees any of it. An attempt to increment takes a sink 100 ms or longer
 * after a failure, 1 s after some; a million of them in a row, without a single answer recorded,
 * are eleven days. And 2^53, where numbers in JavaScript end, is reached after 130,000 lifts.
 */
final class Lifting {
  static final long MARGIN = 1 << 20;
  private static final int PAGE = 1_000;
  private static final int ATTEMPTS_MAX = 10;

  private final TargetSession session;
  private final CacheVersions versions;
  private final CacheLift lift;

  Lifting(TargetSession session, CacheVersions versions, CacheLift lift) {
    this.session = session;
    this.versions = versions;
    this.lift = lift;
  }

  /** A lift that must be made, by this sink or together with others. */
  private record Plan(SentinelTable.Remembered lift, String runId, Loss loss) {}

  /** One walk over the versions; not complete where Redis lost its data again, or all is done. */
  private record Walk(int lifted, boolean complete) {}

  /**
   * How a lift ended.
   *
   * @param loss why it was needed; empty when nothing is lost, or no longer
   * @param settled false when Redis went on losing its data meanwhile
   */
  record Result(Optional<Loss> loss, int lifted, boolean settled) {}

  /** Looks again, and lifts all versions if need be. */
  Result all() throws SQLException {
    Loss loss = null;
    int lifted = 0;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Optional<Plan> plan = session.inTransaction(this::plan);
      if (plan.isEmpty()) {
        return new Result(Optional.ofNullable(loss), lifted, true);
      }
      loss = loss == null ? plan.get().loss() : loss;
      Walk walk = walk(plan.get().lift());
      lifted += walk.lifted();
      if (walk.complete()) {
        lift.finish(plan.get().lift().lift(), plan.get().runId());
      }
    }
    return new Result(Optional.of(loss), lifted, false);
  }

  /**
   * Lifts the versions of these workspaces, whose keys alone were lost. What is remembered of them
   * is raised first, and beyond what the last lift of all has made of it.
   *
   * @param number of the last lift of all, as the sentinel has shown it
   */
  Result some(Collection<String> workspaces, long number) throws SQLException {
    Map<String, Long> floors =
        session.inTransaction(
            connection -> VersionTable.raise(connection, workspaces, (number + 1) * MARGIN));
    int lifted = 0;
    Map<String, Long> page = new HashMap<>();
    for (Iterator<Map.Entry<String, Long>> each = floors.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<String, Long> floor = each.next();
      page.put(floor.getKey(), floor.getValue());
      if (page.size() == PAGE || !each.hasNext()) {
        Optional<CacheLift.Page> done = lift.ofSome(number, page);
        if (done.isEmpty()) {
          return all();
        }
        lifted += done.get().lifted();
        page.clear();
      }
    }
    return new Result(Optional.of(Loss.KEYS), lifted, true);
  }

  private Walk walk(SentinelTable.Remembered to) throws SQLException {
    int lifted = 0;
    long counter = to.counter();
    for (String last = null; ; ) {
      String after = last;
      Map<String, Long> floors = new LinkedHashMap<>(PAGE * 2);
      Map<String, Long> known =
          session.inTransaction(connection -> VersionTable.page(connection, after, PAGE));
      for (Map.Entry<String, Long> each : known.entrySet()) {
        last = each.getKey();
        floors.put(last, each.getValue() + to.lift() * MARGIN);
      }
      if (floors.isEmpty()) {
        return new Walk(lifted, true);
      }
      Optional<CacheLift.Page> done = lift.ofAll(to.lift(), floors);
      if (done.isEmpty() || done.get().counter() <= counter) {
        return new Walk(lifted, false);
      }
      lifted += done.get().lifted();
      counter = done.get().counter();
    }
  }

  /** Decided and begun by one sink at a time: the others then find a lift that they join. */
  private Optional<Plan> plan(Connection connection) throws SQLException {
    SentinelTable.Remembered remembered = SentinelTable.lock(connection);
    Sentinel seen = versions.look();
    Optional<Loss> loss = seen.lossSince(remembered);
    if (loss.isEmpty()) {
      return Optional.empty();
    }
    if (loss.get() == Loss.UNFINISHED) {
      return Optional.of(new Plan(remembered, seen.runId(), loss.get()));
    }
    SentinelTable.Remembered next =
        new SentinelTable.Remembered(
            remembered.lift() + 1, Math.max(remembered.counter(), seen.counter()) + MARGIN);
    SentinelTable.raise(connection, next);
    lift.begin(next);
    return Optional.of(new Plan(next, seen.runId(), loss.get()));
  }
}
