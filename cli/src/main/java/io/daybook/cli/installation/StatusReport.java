// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import java.time.Instant;
import java.util.List;

/** How an installation stands, as seen from outside its processes; the JSON of {@code status}. */
public record StatusReport(
    boolean healthy,
    List<OfRollup> rollups,
    List<OfGeneration> generations,
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
   * A generation of a rollup that has a table.
   *
   * @param phase {@code current}, or what it is on its way to or from
   * @param bytes of its rows in the target
   * @param askedAt when it was asked for; null for one that was not
   * @param leavesAt when it is removed, for one that is kept
   * @param replayed how far it has replayed its topics, while it is building
   * @param finding what keeps it from readers, where a comparison found something
   */
  public record OfGeneration(
      String rollup,
      int generation,
      String phase,
      long bytes,
      Instant askedAt,
      Instant leavesAt,
      Replay replayed,
      String finding) {}

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
