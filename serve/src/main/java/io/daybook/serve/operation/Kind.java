// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.operation;

import java.util.Locale;
import java.util.Optional;

/** What can be asked for. */
public enum Kind {
  /** Compares rollups with the live query. */
  VERIFY,
  /** Writes rows once more. */
  REFRESH,
  /** Builds rollups anew. */
  RECOMPUTE,
  /** Does what a tick of the schedule does. */
  SCHEDULE;

  /** As tables and users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Empty where there is none of this name. */
  public static Optional<Kind> parse(String text) {
    for (Kind each : values()) {
      if (each.text().equals(text)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
