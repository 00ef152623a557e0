// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;

/** What happens to workspaces and their settings. */
final class WorkspaceChanges {
  private static final int LEADS_CREATED = 3;

  /** A workspace that may be deleted: few leads, few messages. */
  private static final String SMALL =
      "(SELECT count(*) FROM (SELECT 1 FROM \"Lead\" l WHERE l.\"clientId\" = t.id LIMIT 13) s)"
          + " <= 12 AND (SELECT count(*) FROM (SELECT 1 FROM \"Message\" m JOIN \"Lead\" l"
          + " ON l.id = m.\"leadId\" WHERE l.\"clientId\" = t.id LIMIT 101) s) <= 100";

  /** Rows that fall with a workspace, and leads of others that lose a campaign of it. */
  private static final String COUNT_CASCADE =
      """
      WITH w AS (SELECT ?::text AS id,
          ARRAY(SELECT id FROM "Lead" WHERE "clientId" = ?) AS leads,
          ARRAY(SELECT id FROM "EmailCampaign" WHERE "clientId" = ?) AS campaigns)
      SELECT cardinality(leads) + cardinality(campaigns)
        + (SELECT count(*) FROM "Lead" l
           WHERE l."emailCampaignId" = ANY (campaigns) AND l."clientId" <> w.id)
        + (SELECT count(*) FROM "WorkspaceSettings" s WHERE s."clientId" = w.id)
        + (SELECT count(*) FROM "Message" m WHERE m."leadId" = ANY (leads))
        + (SELECT count(*) FROM "Appointment" a WHERE a."leadId" = ANY (leads))
        + (SELECT count(*) FROM "ResponseTimingEvent" r WHERE r."clientId" = w.id)
        + (SELECT count(*) FROM "ResponseTimingEvent" r
           WHERE r."leadId" = ANY (leads) AND r."clientId" <> w.id)
      FROM w\
      """;

  private WorkspaceChanges() {}

  /** A workspace with settings, a campaign, leads and first messages. */
  static boolean create(LiveTransaction tx) throws SQLException {
    String workspace = tx.newId();
    String campaign = tx.newId();
    tx.insert(SampleRows.WORKSPACE, row(workspace, "Trial " + tx.draw().below(1_000), tx.now()));
    tx.insert(SampleRows.SETTINGS, row(tx.newId(), workspace, tx.draw().orNull(0.3, Draw.ZONES)));
    tx.insert(SampleRows.CAMPAIGN, row(campaign, workspace, "Welcome"));
    for (int lead = 0; lead < LEADS_CREATED; lead++) {
      LeadChanges.insert(tx, workspace, tx.draw().chance(0.5) ? campaign : null);
    }
    return true;
  }

  static boolean rename(LiveTransaction tx) throws SQLException {
    String workspace = tx.pickRow("Client", "true");
    if (workspace == null) {
      return false;
    }
    String name = "Workspace " + tx.draw().below(100_000);
    tx.changeOne("UPDATE \"Client\" SET name = ? WHERE id = ?", name, workspace);
    return true;
  }

  /** Deletes a small workspace, never one of the two newest: their numbers should be read. */
  static boolean delete(LiveTransaction tx) throws SQLException {
    String workspace =
        tx.pick(
            "SELECT id FROM \"Client\" t WHERE id IN"
                + " (SELECT id FROM \"Client\" ORDER BY \"createdAt\" DESC LIMIT 20) AND "
                + SMALL
                + " AND "
                + LiveTransaction.OURS
                + " ORDER BY \"createdAt\" DESC OFFSET 2 LIMIT 1 FOR UPDATE SKIP LOCKED");
    if (workspace == null) {
      return false;
    }
    tx.countCascade(COUNT_CASCADE, workspace, workspace, workspace);
    tx.changeOne("DELETE FROM \"Client\" WHERE id = ?", workspace);
    return true;
  }

  static boolean changeSettings(LiveTransaction tx) throws SQLException {
    String settings = tx.pickRow("WorkspaceSettings", "true");
    if (settings == null) {
      return false;
    }
    tx.changeOne(
        "UPDATE \"WorkspaceSettings\" SET timezone = ? WHERE id = ?",
        tx.draw().orNull(0.3, Draw.ZONES),
        settings);
    return true;
  }

  private static Object[] row(Object... values) {
    return values;
  }
}
