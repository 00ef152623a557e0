// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/**
 * The sample of the reference source: the same seed, scale and time give the same rows. Sizes of
 * workspaces follow a power law, the largest holds a sixth; messages per lead are skewed as well.
 *
 * @param scale multiplies leads, messages, appointments and response timings; the number of
 *     workspaces grows with its square root
 * @param now end of the 90 days that the sample covers; some meetings lie after it
 */
public record SampleData(long seed, int scale, Instant now) {
  static final Duration WINDOW = Duration.ofDays(90);

  private static final int SCALE_MAX = 10_000;
  private static final int WORKSPACES = 60;
  private static final int LEADS = 6_000;
  private static final int MESSAGES = 60_000;
  private static final int TIMINGS = 9_000;
  private static final double LARGEST_SHARE = 1.0 / 6;

  public SampleData {
    if (scale < 1 || scale > SCALE_MAX) {
      throw new IllegalArgumentException(
          "scale is " + scale + "; it must be between 1 and " + SCALE_MAX);
    }
  }

  /** Rows loaded, by table. */
  public record Counts(
      long workspaces,
      long settings,
      long campaigns,
      long leads,
      long messages,
      long appointments,
      long responseTimings) {

    public long total() {
      return workspaces + settings + campaigns + leads + messages + appointments + responseTimings;
    }
  }

  /**
   * Loads the sample into the tables of the reference schema, in one transaction, and analyzes
   * them.
   *
   * @throws SQLException also when the tables are missing or already hold this sample; nothing is
   *     loaded then
   */
  public Counts load(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      SampleTables tables = new SampleTables(this, connection);
      Counts counts =
          new Counts(
              tables.workspaces(),
              tables.settings(),
              tables.campaigns(),
              tables.leads(),
              tables.messages(),
              tables.appointments(),
              tables.responseTimings());
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "ANALYZE \"Client\", \"WorkspaceSettings\", \"EmailCampaign\", \"Lead\", \"Message\","
                + " \"Appointment\", \"ResponseTimingEvent\"");
      }
      connection.commit();
      return counts;
    } catch (SQLException | RuntimeException failure) {
      connection.rollback();
      throw failure;
    } finally {
      connection.setAutoCommit(autoCommit);
    }
  }

  int workspaceCount() {
    return (int) Math.round(WORKSPACES * Math.sqrt(scale));
  }

  int leadCount() {
    return LEADS * scale;
  }

  int messageCount() {
    return MESSAGES * scale;
  }

  int timingCount() {
    return TIMINGS * scale;
  }

  PowerLaw sizes() {
    return PowerLaw.of(workspaceCount(), LARGEST_SHARE);
  }

  SampleLead lead(int number) {
    return SampleLead.of(seed, number, now.toEpochMilli(), WINDOW);
  }
}
