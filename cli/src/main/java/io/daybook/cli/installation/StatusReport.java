// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import java.time.Instant;
import java.util.List;

/** How an installation stands, as seen from outside its processes; the JSON of {@code status}. */
public record StatusReport(
    boolean healthy,
    List<OfRollup> rollups,
    List<Stage> stages,
    Slot slot,
    Cache cache,
    List<Problem> problems) {

  /**
   * One rollup; times and lag are null while it is building. The mode is the rollup's; so many
   * workspaces have one of their own.
   */
  public record OfRollup(
      String name,
      String mode,
      long workspacesWithOwnMode,
      String state,
      int generation,
      Instant completeThrough,
      String completeThroughLsn,
      Long lagMs,
      long quarantined) {}

  /**
   * Records of its input topics that a stage has not committed yet; markers of transactions count.
   */
  public record Stage(String name, long lagEvents) {}

  /** The replication slot; status and bytes are null where there is none. */
  public record Slot(String name, String walStatus, Long retainedBytes) {}

  /** Workspaces whose version is still to be incremented; null while the target is away. */
  public record Cache(Long notesPending) {}

  /** Something wrong: since when, what readers get meanwhile, and what to do. */
  public record Problem(String what, Instant since, String readersGet, String remedy) {}
}
