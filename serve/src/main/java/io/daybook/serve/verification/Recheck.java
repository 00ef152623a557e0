// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** Looks again, at later positions, at keys that differed. */
final class Recheck {
  private final DataSource source;
  private final CatchUp catchUp;
  private final Limits limits;
  private final VerificationProgress progress;
  private final Findings findings;
  private Excuses excuses;

  Recheck(
      DataSource source,
      CatchUp catchUp,
      Limits limits,
      VerificationProgress progress,
      Findings findings) {
    this.source = source;
    this.catchUp = catchUp;
    this.limits = limits;
    this.progress = progress;
    this.findings = findings;
  }

  /** Decides each of these keys, as far as that can be done in so many rounds. */
  void decide(RollupQueries queries, Collection<Observation> differing)
      throws SQLException, InterruptedException {
    Map<Key, Suspect> open = new LinkedHashMap<>();
    differing.forEach(seen -> open.put(seen.key(), new Suspect(seen)));
    findings.rechecked(open.size());
    String name = queries.rollup().name();
    for (int round = 1; round <= limits.roundsMax() && !open.isEmpty(); round++) {
      progress.rechecking(name, open.size(), round);
      if (!look(queries, open)) {
        findings.uncompared(
            open.size(),
            "Rollup '%s' did not catch up within %s while %d keys were looked at again"
                .formatted(name, limits.catchUp(), open.size()));
        return;
      }
      settle(queries, open);
    }
    if (!open.isEmpty()) {
      findings.undecided(
          open.size(),
          "%d keys of rollup '%s' kept changing through %d rounds"
              .formatted(open.size(), name, limits.roundsMax()));
    }
  }

  private void settle(RollupQueries queries, Map<Key, Suspect> open) {
    Iterator<Suspect> suspects = open.values().iterator();
    while (suspects.hasNext()) {
      Suspect suspect = suspects.next();
      if (suspect.isEqual()) {
        suspects.remove();
      } else if (suspect.isProven()) {
        if (excuses.cover(suspect.last().key())) {
          findings.excused();
        } else {
          findings.difference(queries, suspect.last());
        }
        suspects.remove();
      }
    }
  }

  /** One round: live, rollup, live again; false when the rollup did not catch up. */
  private boolean look(RollupQueries queries, Map<Key, Suspect> open)
      throws SQLException, InterruptedException {
    Set<Key> keys = open.keySet();
    Map<Key, Observation> seen = new HashMap<>();
    try (LiveSnapshot live = LiveSnapshot.open(source, queries.rollup().searchPath())) {
      Optional<Connection> caughtUp = catchUp.await(queries, live.lsn());
      if (caughtUp.isEmpty()) {
        return false;
      }
      Connection target = caughtUp.get();
      excuses = Excuses.read(target, queries);
      // The rollup's cursor first: the sooner it is read, the less it is ahead.
      try (RowCursor rollup = cursor(target, queries, queries.rows(keys), RowCursor.ROLLUP);
          RowCursor before =
              cursor(live.connection(), queries, queries.live(keys), RowCursor.LIVE)) {
        KeyMerge.walk(
            before,
            rollup,
            observation -> {
              if (keys.contains(observation.key())) {
                seen.put(observation.key(), observation);
              }
            });
      } finally {
        ReadSession.close(target);
      }
    }
    Map<Key, List<String>> after = liveNow(queries, keys);
    open.forEach(
        (key, suspect) ->
            suspect.observe(
                seen.getOrDefault(key, new Observation(key, null, null)), after.get(key)));
    return true;
  }

  private Map<Key, List<String>> liveNow(RollupQueries queries, Set<Key> keys) throws SQLException {
    Map<Key, List<String>> values = new HashMap<>();
    try (LiveSnapshot live = LiveSnapshot.open(source, queries.rollup().searchPath());
        RowCursor rows = cursor(live.connection(), queries, queries.live(keys), RowCursor.LIVE)) {
      for (; rows.key() != null; rows.advance()) {
        if (keys.contains(rows.key())) {
          values.put(rows.key(), rows.measures());
        }
      }
    }
    return values;
  }

  private RowCursor cursor(Connection connection, RollupQueries queries, String sql, String side)
      throws SQLException {
    return new RowCursor(connection, queries, sql, side, limits.fetchRows());
  }
}
