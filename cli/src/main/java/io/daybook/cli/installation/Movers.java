// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.topic.HealthRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Looks whether anything moves the rollups on: without it, waiting for them is in vain. */
public final class Movers {
  private static final String READ =
      "SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ? AND active)";

  private final Installation installation;
  private final Clock clock = Clock.systemUTC();

  public Movers(Installation installation) {
    this.installation = installation;
  }

  /** The first stage that does not seem to run, in words; empty where all do. */
  public Optional<String> missing() throws SQLException {
    String slot = installation.topics().sourceName();
    try (Connection connection = installation.source().getConnection();
        PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, slot);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next() || !row.getBoolean(1)) {
          return Optional.of("Nothing reads from the slot " + slot);
        }
      }
    }
    List<HealthRecord> health =
        HealthRecord.load(installation.topics(), installation.config().kafka());
    for (Role role : List.of(Role.AGGREGATE, Role.SINK)) {
      boolean heard =
          health.stream()
              .filter(each -> each.roles().contains(role.toString()))
              .anyMatch(each -> !StatusProblems.isSilent(each, clock.instant()));
      if (!heard) {
        return Optional.of("No process with the role " + role + " is heard from");
      }
    }
    return Optional.empty();
  }
}
