// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Loads the sample table by table; parents first. Each method answers the rows it loaded. */
final class SampleTables {
  private static final int CAMPAIGNS_PER_WORKSPACE = 4;
  private static final double CAMPAIGN_SHARE = 0.7;

  private final SampleData sample;
  private final Connection connection;
  private final PowerLaw sizes;

  SampleTables(SampleData sample, Connection connection) {
    this.sample = sample;
    this.connection = connection;
    this.sizes = sample.sizes();
  }

  long workspaces() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, SampleRows.WORKSPACE)) {
      for (int rank = 0; rank < sample.workspaceCount(); rank++) {
        Instant created =
            sample.now().minus(SampleData.WINDOW).minus(Duration.ofDays(1 + rank % 300));
        String name = String.format(Locale.ROOT, "Workspace %03d", rank);
        rows.add(id(SampleRows.WORKSPACE, rank), name, created);
      }
      return rows.finish();
    }
  }

  long settings() throws SQLException {
    Draw draw = draw(SampleRows.SETTINGS);
    try (CopyRows rows = new CopyRows(connection, SampleRows.SETTINGS)) {
      for (int rank = 0; rank < sample.workspaceCount(); rank++) {
        String zone = draw.orNull(0.3, Draw.ZONES);
        rows.add(id(SampleRows.SETTINGS, rank), id(SampleRows.WORKSPACE, rank), zone);
      }
      return rows.finish();
    }
  }

  long campaigns() throws SQLException {
    int total = sample.workspaceCount() * CAMPAIGNS_PER_WORKSPACE;
    try (CopyRows rows = new CopyRows(connection, SampleRows.CAMPAIGN)) {
      for (int number = 0; number < total; number++) {
        String workspace = id(SampleRows.WORKSPACE, number / CAMPAIGNS_PER_WORKSPACE);
        String name = "Campaign " + number % CAMPAIGNS_PER_WORKSPACE;
        rows.add(id(SampleRows.CAMPAIGN, number), workspace, name);
      }
      return rows.finish();
    }
  }

  long leads() throws SQLException {
    Draw draw = draw(SampleRows.LEAD);
    int total = sample.leadCount();
    try (CopyRows rows = new CopyRows(connection, SampleRows.LEAD)) {
      for (int rank = 0, number = 0; number < total; number++) {
        rank = sizes.rankOf(number, total, rank);
        int campaign = rank * CAMPAIGNS_PER_WORKSPACE + draw.below(CAMPAIGNS_PER_WORKSPACE);
        String campaignId = draw.chance(CAMPAIGN_SHARE) ? id(SampleRows.CAMPAIGN, campaign) : null;
        String workspace = id(SampleRows.WORKSPACE, rank);
        rows.add(SampleRows.lead(sample.lead(number), workspace, campaignId, draw, sample.now()));
      }
      return rows.finish();
    }
  }

  long messages() throws SQLException {
    Draw draw = draw(SampleRows.MESSAGE);
    int total = sample.messageCount();
    try (CopyRows rows = new CopyRows(connection, SampleRows.MESSAGE)) {
      for (int rank = 0, number = 0; number < total; number++) {
        rank = sizes.rankOf(number, total, rank);
        SampleLead lead = leadOf(rank, draw);
        Instant sent = lead.momentUntil(sample.now(), draw);
        rows.add(SampleRows.message(id(SampleRows.MESSAGE, number), lead.id(), sent, draw));
      }
      return rows.finish();
    }
  }

  long appointments() throws SQLException {
    try (CopyRows rows = new CopyRows(connection, SampleRows.APPOINTMENT)) {
      for (int number = 0; number < sample.leadCount(); number++) {
        SampleLead lead = sample.lead(number);
        if (lead.meeting() != null) {
          String id = id(SampleRows.APPOINTMENT, number);
          rows.add(SampleRows.appointment(id, lead.id(), lead.meeting()));
        }
      }
      return rows.finish();
    }
  }

  long responseTimings() throws SQLException {
    Draw draw = draw(SampleRows.TIMING);
    int total = sample.timingCount();
    try (CopyRows rows = new CopyRows(connection, SampleRows.TIMING)) {
      for (int rank = 0, number = 0; number < total; number++) {
        rank = sizes.rankOf(number, total, rank);
        SampleLead lead = leadOf(rank, draw);
        Instant inbound = lead.momentUntil(sample.now(), draw);
        String workspace = id(SampleRows.WORKSPACE, rank);
        String id = id(SampleRows.TIMING, number);
        rows.add(SampleRows.timing(id, workspace, lead.id(), inbound, draw));
      }
      return rows.finish();
    }
  }

  /** A lead of a workspace; its first leads are drawn far more often than its last. */
  private SampleLead leadOf(int rank, Draw draw) {
    int first = sizes.first(rank, sample.leadCount());
    int end = sizes.first(rank + 1, sample.leadCount());
    int offset = (int) (Math.pow(draw.fraction(), 2) * (end - first));
    return sample.lead(first + offset);
  }

  private String id(String table, int number) {
    return Draw.id(sample.seed(), table.hashCode(), number);
  }

  private Draw draw(String table) {
    return new Draw(Draw.mix(sample.seed(), table.hashCode(), -1));
  }
}
