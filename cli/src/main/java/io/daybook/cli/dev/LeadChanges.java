// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;
import java.time.Instant;

/** Leads that arrive, change and move. */
final class LeadChanges {
  private LeadChanges() {}

  /** A lead in the workspace of another one: the larger the workspace, the more it gets. */
  static boolean create(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    String workspace = workspaceOf(tx, lead);
    insert(tx, workspace, campaignOf(tx, workspace));
    return true;
  }

  static void insert(LiveTransaction tx, String workspace, String campaign) throws SQLException {
    SampleLead lead = new SampleLead(tx.newId(), tx.now(), null);
    Draw draw = tx.draw();
    tx.insert(SampleRows.LEAD, SampleRows.lead(lead, workspace, campaign, draw, tx.now()));
    tx.insert(SampleRows.MESSAGE, SampleRows.message(tx.newId(), lead.id(), tx.now(), draw));
  }

  static boolean update(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    Draw draw = tx.draw();
    Instant inbound = draw.chance(0.1) ? null : tx.now();
    switch (draw.below(4)) {
      case 0 -> set(tx, lead, "status", draw.of(Draw.STATUSES));
      case 1 -> set(tx, lead, "sentimentTag", draw.orNull(0.1, Draw.SENTIMENTS));
      case 2 -> set(tx, lead, "lastInboundAt", inbound);
      default ->
          tx.changeOne(
              "UPDATE \"Lead\" SET status = ?, \"sentimentTag\" = ?, \"lastInboundAt\" = ?,"
                  + " \"alternateEmails\" = ?, \"qualificationAnswers\" = ?, \"updatedAt\" = ?"
                  + " WHERE id = ?",
              draw.of(Draw.STATUSES),
              draw.of(Draw.SENTIMENTS),
              inbound,
              "{" + lead + "@example.com}",
              "{\"budget\": " + draw.below(100) + "}",
              tx.now(),
              lead);
    }
    return true;
  }

  static boolean changeCampaign(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    set(tx, lead, "emailCampaignId", campaignOf(tx, workspaceOf(tx, lead)));
    return true;
  }

  /** Moves a lead, its campaign and its response timings to another workspace. */
  static boolean move(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    String target = tx.pickRow("Client", "true");
    if (target == null || target.equals(workspaceOf(tx, lead))) {
      return false;
    }
    tx.changeOne(
        "UPDATE \"Lead\" SET \"clientId\" = ?, \"emailCampaignId\" = ?, \"updatedAt\" = ?"
            + " WHERE id = ?",
        target,
        campaignOf(tx, target),
        tx.now(),
        lead);
    tx.change(
        "UPDATE \"ResponseTimingEvent\" SET \"clientId\" = ? WHERE \"leadId\" = ?", target, lead);
    return true;
  }

  static String workspaceOf(LiveTransaction tx, String lead) throws SQLException {
    return tx.pick("SELECT \"clientId\" FROM \"Lead\" WHERE id = ?", lead);
  }

  private static void set(LiveTransaction tx, String lead, String column, Object value)
      throws SQLException {
    tx.changeOne(
        "UPDATE \"Lead\" SET \"" + column + "\" = ?, \"updatedAt\" = ? WHERE id = ?",
        value,
        tx.now(),
        lead);
  }

  /** A campaign of the workspace, or null. */
  private static String campaignOf(LiveTransaction tx, String workspace) throws SQLException {
    if (tx.draw().chance(0.2)) {
      return null;
    }
    return tx.pick(
        "SELECT id FROM \"EmailCampaign\" WHERE \"clientId\" = ? ORDER BY md5(id || ?) LIMIT 1"
            + " FOR KEY SHARE SKIP LOCKED",
        workspace,
        tx.draw().id());
  }
}
