// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import io.daybook.schemas.topic.Lsn;
import java.time.Instant;
import java.util.List;

/**
 * How one rollup stands.
 *
 * @param name of the rollup
 * @param mode what the switch says for the rollup as a whole; the rollup where that is for a share
 *     of the workspaces
 * @param onStale what readers get while it is stale
 * @param ownModes workspaces with a mode of their own, which goes before it
 * @param state {@code building}: not every partition has a watermark yet; {@code healing}: the
 *     source's history broke, and not all of it has been read again and verified; {@code stopped}:
 *     complete through longer ago than the freshness limit, or not yet back within half of it;
 *     {@code degraded}: fresh, but some workspaces are in doubt; else {@code running}
 * @param generation that the view shows
 * @param completeThrough commit time up to which everything is in; null while building or read
 *     again
 * @param completeThroughLsn the LSN that belongs to it; null while building
 * @param lagMs how long ago that is by the target's clock; null while building
 * @param updatedAt when the sink last moved; null before it first did
 * @param notesPending workspaces whose cache version is still to be incremented
 * @param degradation what is in doubt, null for nothing
 * @param healing how far it is, null where it is not
 */
public record RollupStatus(
    String name,
    Mode mode,
    OnStale onStale,
    long ownModes,
    String state,
    int generation,
    Instant completeThrough,
    Lsn completeThroughLsn,
    Long lagMs,
    Instant updatedAt,
    long notesPending,
    Degradation degradation,
    Healing healing) {

  /**
   * What readers wait for while they get the live query.
   *
   * @param since when the source's history turned out to be broken
   * @param readAgain whether everything has been read again, so that the rollup is being verified
   * @param triedAt when it was last verified in vain, null for not yet
   * @param finding of that verification
   */
  public record Healing(Instant since, boolean readAgain, Instant triedAt, String finding) {}

  /**
   * Rows whose contribution is not known.
   *
   * @param rows how many, quarantined events among them
   * @param workspaces whose they are, sorted; a null for the rollup as a whole
   * @param since the first of them
   * @param reason of one of them
   */
  public record Degradation(long rows, List<String> workspaces, Instant since, String reason) {

    /** Whether all readers of the rollup are concerned. */
    public boolean ofWholeRollup() {
      return workspaces.contains(null);
    }
  }
}
