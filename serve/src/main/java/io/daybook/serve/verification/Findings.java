// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import io.daybook.schemas.topic.Lsn;
import io.daybook.serve.verification.Verification.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/** What has been found so far, over all rollups. */
final class Findings {
  private final int differencesMax;
  private final List<Difference> differences = new ArrayList<>();
  private final Set<String> reasons = new LinkedHashSet<>();
  private Lsn lsn;
  private Instant time;
  private long compared;
  private long rechecked;
  private long differenceCount;
  private long undecided;
  private long excused;
  private long uncompared;

  Findings(int differencesMax) {
    this.differencesMax = differencesMax;
  }

  /** Each rollup has its own position; the first stands for all, since the others are later. */
  void startedAt(LiveSnapshot snapshot) {
    if (lsn == null) {
      lsn = snapshot.lsn();
      time = snapshot.time();
    }
  }

  void compared() {
    compared++;
  }

  void rechecked(int keys) {
    rechecked += keys;
  }

  void undecided(long keys, String reason) {
    undecided += keys;
    reasons.add(reason);
  }

  /**
   * A rollup that could not be compared to the end.
   *
   * @param keys that were left open, of those that had been seen
   */
  void uncompared(long keys, String reason) {
    uncompared++;
    undecided(keys, reason);
  }

  /** A key that differs, of a workspace that is known to be in doubt. */
  void excused() {
    excused++;
  }

  void difference(RollupQueries queries, Observation seen) {
    String rollup = queries.rollup().name();
    Map<String, String> key = new LinkedHashMap<>();
    for (int i = 0; i < queries.keyColumns(); i++) {
      key.put(queries.table().keys().get(i).name(), seen.key().parts().get(i));
    }
    if (seen.live() == null || seen.rollup() == null) {
      add(
          new Difference(
              rollup,
              key,
              Difference.WHOLE_ROW,
              row(queries, seen.rollup()),
              row(queries, seen.live())));
      return;
    }
    for (int i = 0; i < seen.live().size(); i++) {
      String inRollup = seen.rollup().get(i);
      String inLive = seen.live().get(i);
      if (!Objects.equals(inRollup, inLive)) {
        String column = queries.table().measures().get(i).name();
        add(new Difference(rollup, key, column, inRollup, inLive));
      }
    }
  }

  private void add(Difference difference) {
    differenceCount++;
    if (differences.size() < differencesMax) {
      differences.add(difference);
    }
  }

  private static String row(RollupQueries queries, List<String> measures) {
    if (measures == null) {
      return null;
    }
    StringJoiner row = new StringJoiner(", ");
    for (int i = 0; i < measures.size(); i++) {
      String value = measures.get(i);
      row.add(queries.table().measures().get(i).name() + "=" + (value == null ? "NULL" : value));
    }
    return row.toString();
  }

  Verification result() {
    Verdict verdict =
        differenceCount > 0 ? Verdict.DRIFT : reasons.isEmpty() ? Verdict.EQUAL : Verdict.UNDECIDED;
    return new Verification(
        verdict,
        lsn == null ? null : new Position(lsn.toString(), time.toString()),
        compared,
        rechecked,
        differenceCount,
        differences,
        excused,
        undecided,
        uncompared,
        List.copyOf(reasons));
  }
}
