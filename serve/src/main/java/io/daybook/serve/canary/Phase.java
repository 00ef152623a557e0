// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.util.Locale;

/** What is measured. */
public enum Phase {
  /** Windows of days that were not asked for before. */
  COLD,
  /** One window, again and again, after it was asked for once. */
  WARM;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
