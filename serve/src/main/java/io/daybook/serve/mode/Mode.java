// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.mode;

import java.util.Locale;

/** What the switch says readers get. */
public enum Mode {
  /** The live query, always. */
  LIVE,
  /** The rollup while it is running and fresh, else the live query. */
  ROLLUP;

  /** What holds where nobody has switched: readers get live in all states but running. */
  public static final Mode DEFAULT = ROLLUP;

  /** As tables and users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Mode parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
