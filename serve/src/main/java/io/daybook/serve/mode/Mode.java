// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import java.util.Locale;

/** What the switch says readers get. */
public enum Mode {
  /** The live query, always. */
  LIVE,
  /** The rollup while it is running; while it is stale what the settings say; else live. */
  ROLLUP,
  /** The live query; the role serve reads the rollup, too, and records what differs. */
  SHADOW;

  /** What holds where nobody has switched: readers get live in all states but running. */
  public static final Mode DEFAULT = ROLLUP;

  /** As tables and users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Mode parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** What the rest of the workspaces get where it is set for a share of them, and nothing said. */
  Mode opposite() {
    return this == LIVE ? ROLLUP : LIVE;
  }
}
