// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Role;
import java.util.Set;

/**
 * What is about to be done, which decides what is needed for it.
 *
 * @param roles that are to run here; a split deployment asks only for what its own need
 * @param migrate whether tables and topics are to be created
 */
public record Scope(Set<Role> roles, boolean migrate) {
  public Scope {
    roles = Set.copyOf(roles);
  }

  /** Whether the source is read: for its changes, or for what it says about definitions. */
  boolean needsSource() {
    return migrate || has(Role.CAPTURE);
  }

  /** The role serve alone does without: readers get answers while Kafka is away. */
  boolean needsKafka() {
    return migrate || Role.needKafka(roles);
  }

  boolean has(Role role) {
    return roles.contains(role);
  }

  /** Whether missing topics of row changes would be created. */
  boolean createsTopics() {
    return migrate || has(Role.CAPTURE);
  }
}
