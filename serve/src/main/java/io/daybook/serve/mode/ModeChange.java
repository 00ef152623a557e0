// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

/**
 * A turn of the switch.
 *
 * @param rollup whose readers it concerns
 * @param workspace only this one, or null for all
 * @param percent only this share of the workspaces; null for all; only without a workspace
 * @param mode what they get from now on
 * @param others what the rest of the workspaces gets; null for live, or for the rollup where the
 *     mode is live; only with a percent
 * @param who turns it
 * @param why, for the history; may be null
 */
public record ModeChange(
    String rollup,
    String workspace,
    Integer percent,
    Mode mode,
    Mode others,
    String who,
    String why) {
  public ModeChange {
    if (others != null && percent == null) {
      throw new IllegalArgumentException(
          "a mode for the other workspaces needs the percent that they are the others of");
    }
    if (percent != null && (workspace != null || percent < 0 || percent > 100)) {
      throw new IllegalArgumentException(
          "%d percent%s: it must be 0 to 100, and not of one workspace"
              .formatted(percent, workspace == null ? "" : " of workspace '" + workspace + "'"));
    }
  }

  /** For one workspace, or for all where {@code workspace} is null. */
  public ModeChange(String rollup, String workspace, Mode mode, String who, String why) {
    this(rollup, workspace, null, mode, null, who, why);
  }

  /** Whether it is the kill switch: live for every reader of the rollup. */
  boolean isKill() {
    return workspace == null && percent == null && mode == Mode.LIVE;
  }
}
