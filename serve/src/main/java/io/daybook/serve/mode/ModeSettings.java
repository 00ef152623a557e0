// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How the switch of one rollup stands: the mode of all, and those of single workspaces. */
public final class ModeSettings {
  private final String rollup;
  private final Map<String, Setting> workspaces = new TreeMap<>();
  private Setting ofAll;

  ModeSettings(String rollup) {
    this.rollup = rollup;
  }

  /**
   * A turn of the switch that holds.
   *
   * @param percent for this share of the workspaces; null for all
   * @param others what the rest gets; null where it holds for all
   * @param why may be null
   */
  public record Setting(
      Mode mode, Integer percent, Mode others, Instant since, String who, String why) {}

  void add(String workspace, Setting setting) {
    if (workspace == null) {
      ofAll = setting;
    } else {
      workspaces.put(workspace, setting);
    }
  }

  public String rollup() {
    return rollup;
  }

  /** What holds where a workspace has no mode of its own. */
  public Mode mode() {
    return ofAll == null ? Mode.DEFAULT : ofAll.mode();
  }

  /** Who set {@link #mode}; null where nobody has. */
  public Setting ofAll() {
    return ofAll;
  }

  /** The modes that single workspaces have of their own, which go before the rollup's. */
  public Map<String, Setting> workspaces() {
    return Collections.unmodifiableMap(workspaces);
  }
}
