// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import java.util.Locale;

/** What a process can do of the whole flow; any number of them in one JVM. */
public enum Role {
  /** Postgres to CDC topics; one works, further ones wait. */
  CAPTURE,
  /** CDC topics to rollup topics. */
  AGGREGATE,
  /** Rollup topics to rollup tables and cache versions. */
  SINK;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
