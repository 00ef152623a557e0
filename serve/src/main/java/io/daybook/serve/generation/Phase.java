// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.generation;

import java.util.Locale;

/** Where a generation is on its way. */
public enum Phase {
  /** Topics are replayed until it has caught up and is verified. */
  BUILDING,
  /** Caught up and verified, and waits to be asked for. */
  READY,
  /** Readers get it. */
  CURRENT,
  /** Readers had it, and may get it back for a while. */
  KEPT,
  /** Everything of it is being removed. */
  LEAVING;

  static Phase of(String stored) {
    return valueOf(stored.toUpperCase(Locale.ROOT));
  }

  /** As it is stored and shown. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
