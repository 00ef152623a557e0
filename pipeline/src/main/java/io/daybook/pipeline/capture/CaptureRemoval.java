// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes the replication slot and the publication out of the source again. */
public final class CaptureRemoval {
  private static final String APPLICATION = "daybook-uninstall";
  private static final String SLOT =
      "SELECT slot_name FROM pg_replication_slots"
          + " WHERE slot_name = ? AND database = current_database()";
  private static final String PUBLICATION_OWNER =
      "SELECT pg_get_userbyid(pubowner) FROM pg_publication WHERE pubname = ?";
  private static final String OWN_PUBLICATION =
      "SELECT pubname FROM pg_publication WHERE pubname = ? AND pg_has_role(pubowner, 'USAGE')";

  private final SourceDatabase source;
  private final String name;

  public CaptureRemoval(SourceDatabase source, Topics topics) {
    this.source = source;
    this.name = topics.sourceName();
  }

  /** What {@link #apply} would take away, a line each. */
  public List<String> plan() throws SQLException {
    try (Connection connection = source.connect(APPLICATION)) {
      return steps(connection).stream().map(SourceStep::what).toList();
    }
  }

  /** What {@link #apply} would leave, since the source's user may not drop it. */
  public List<SourceStep> left() throws SQLException {
    try (Connection connection = source.connect(APPLICATION)) {
      return steps(connection).stream().filter(step -> !step.ours()).toList();
    }
  }

  /**
   * What came of it.
   *
   * @param done a line each
   * @param left what the source's user may not drop, and who may
   */
  public record Result(List<String> done, List<SourceStep> left) {}

  /** Drops both, or what the source's user may of them; capture must have been stopped. */
  public Result apply() throws SQLException {
    Result result = new Result(new ArrayList<>(), new ArrayList<>());
    try (Connection connection = source.connect(APPLICATION)) {
      for (SourceStep step : steps(connection)) {
        if (!step.ours()) {
          result.left().add(step);
          continue;
        }
        try (Statement statement = connection.createStatement()) {
          statement.execute(step.sql());
        }
        result.done().add("dropped " + step.what());
      }
    }
    return result;
  }

  /**
   * The process that reads from the slot, if any does: nothing can be removed then. Its own process
   * id is not known here, only that of the Postgres backend that serves it.
   */
  public Optional<String> reader() throws SQLException {
    try (Connection connection = source.connect(APPLICATION);
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT format('%s on %s, served by the Postgres backend %s,',"
                    + " coalesce(nullif(a.application_name, ''), 'A process'),"
                    + " coalesce(a.client_hostname, host(a.client_addr), 'this server'),"
                    + " s.active_pid) FROM pg_replication_slots s"
                    + " LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid"
                    + " WHERE s.slot_name = ? AND s.active"
                    + " AND s.database = current_database()")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  private List<SourceStep> steps(Connection connection) throws SQLException {
    List<SourceStep> steps = new ArrayList<>();
    if (look(connection, SLOT) != null) {
      steps.add(
          new SourceStep(
              "slot " + name,
              "SELECT pg_drop_replication_slot(" + Identifier.literal(name) + ")",
              "the source's user",
              true));
    }
    String owner = look(connection, PUBLICATION_OWNER);
    if (owner != null) {
      steps.add(
          new SourceStep(
              "publication " + name,
              "DROP PUBLICATION " + Identifier.quote(name),
              "the owner of the publication (" + owner + ")",
              look(connection, OWN_PUBLICATION) != null));
    }
    return steps;
  }

  private String look(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }
}
