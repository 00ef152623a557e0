// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.util.List;
import java.util.Optional;

/**
 * The sentinel as Redis shows it: a hash beside the versions that is lost when they are.
 *
 * <p>Increments reach a replica, a dump or an append-only file in the order in which they were
 * made. So a copy of the data that has a round's count has the round's increments, too.
 *
 * @param lift number of the last lift of all versions that was begun on this data; -1 for none
 * @param counter rounds of increments, before the one that this was read in
 * @param vetted run id of the server for which the last lift was finished; null while it is not
 * @param runId of the server that answered, or {@link #UNKNOWN}
 */
record Sentinel(long lift, long counter, String vetted, String runId) {
  static final String LIFT = "lift";
  static final String COUNTER = "counter";

  /**
   * Readers may compare it with the run id of the server that they talk to: while it is another
   * one, empty or absent, versions may be lower than they were.
   */
  static final String SERVER = "server";

  /** INFO is not allowed, or a proxy answers it: only the sentinel itself tells of a loss. */
  static final String UNKNOWN = "unknown";

  private static final String RUN_ID = "run_id:";

  /**
   * @param fields {@link #LIFT}, {@link #COUNTER}, {@link #SERVER}, null where there is none
   * @param info the answer to {@code INFO server}; null when there was none
   */
  static Sentinel of(List<String> fields, String info) {
    String server = fields.get(2);
    boolean finished = server != null && !server.isEmpty();
    return new Sentinel(
        number(fields.get(0)), number(fields.get(1)), finished ? server : null, runIdIn(info));
  }

  private static long number(String field) {
    return field == null ? -1 : Long.parseLong(field);
  }

  private static String runIdIn(String info) {
    return info == null
        ? UNKNOWN
        : info.lines()
            .filter(line -> line.startsWith(RUN_ID))
            .map(line -> line.substring(RUN_ID.length()).strip())
            .findFirst()
            .orElse(UNKNOWN);
  }

  /**
   * What Redis has lost, or may have.
   *
   * @param remembered read before Redis showed this
   */
  Optional<Loss> lossSince(SentinelTable.Remembered remembered) {
    if (lift < 0) {
      return Optional.of(Loss.GONE);
    } else if (lift != remembered.lift()) {
      return Optional.of(Loss.EARLIER);
    } else if (counter < remembered.counter()) {
      return Optional.of(Loss.BEHIND);
    } else if (vetted == null) {
      return Optional.of(Loss.UNFINISHED);
    } else if (!runId.equals(UNKNOWN) && !runId.equals(vetted)) {
      return Optional.of(Loss.RESTARTED);
    }
    return Optional.empty();
  }
}
