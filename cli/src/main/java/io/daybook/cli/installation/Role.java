// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Config;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a process can do of the whole flow; any number of them in one JVM. */
public enum Role {
  /** Postgres to CDC topics; one works, further ones wait. */
  CAPTURE,
  /** CDC topics to rollup topics. */
  AGGREGATE,
  /** Rollup topics to rollup tables and cache versions. */
  SINK,
  /** The HTTP API; it needs Postgres, and Redis where answers are kept. */
  SERVE;

  /** Those that run by default: serve where it is told where to listen. */
  public static Set<Role> configured(Config config) {
    Set<Role> roles = EnumSet.allOf(Role.class);
    if (config.http().listen().isEmpty()) {
      roles.remove(SERVE);
    }
    return roles;
  }

  /** Whether any of them does. */
  public static boolean needKafka(Set<Role> roles) {
    return roles.stream().anyMatch(each -> each != SERVE);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
