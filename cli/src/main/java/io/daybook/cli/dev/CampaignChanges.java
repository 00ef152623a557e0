// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;

/** What happens to e-mail campaigns. */
final class CampaignChanges {
  private static final String SMALL =
      "(SELECT count(*) FROM (SELECT 1 FROM \"Lead\" l WHERE l.\"emailCampaignId\" = t.id"
          + " LIMIT 11) s) <= 10";

  private CampaignChanges() {}

  /** A campaign, and a lead of the workspace that is put on it. */
  static boolean create(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    String workspace = tx.pick("SELECT \"clientId\" FROM \"Lead\" WHERE id = ?", lead);
    String campaign = tx.newId();
    String name = "Campaign " + tx.draw().below(1_000);
    tx.insert(SampleRows.CAMPAIGN, new Object[] {campaign, workspace, name});
    tx.changeOne(
        "UPDATE \"Lead\" SET \"emailCampaignId\" = ?, \"updatedAt\" = ? WHERE id = ?",
        campaign,
        tx.now(),
        lead);
    return true;
  }

  static boolean rename(LiveTransaction tx) throws SQLException {
    String campaign = tx.pickRow("EmailCampaign", "true");
    if (campaign == null) {
      return false;
    }
    String name = "Campaign " + tx.draw().below(1_000);
    tx.changeOne("UPDATE \"EmailCampaign\" SET name = ? WHERE id = ?", name, campaign);
    return true;
  }

  /** Deletes a campaign of few leads; they are left without one. */
  static boolean delete(LiveTransaction tx) throws SQLException {
    String campaign = tx.pickRow("EmailCampaign", SMALL);
    if (campaign == null) {
      return false;
    }
    tx.countCascade("SELECT count(*) FROM \"Lead\" WHERE \"emailCampaignId\" = ?", campaign);
    tx.changeOne("DELETE FROM \"EmailCampaign\" WHERE id = ?", campaign);
    return true;
  }
}
