// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;

/** What takes a lead, or its key, away; only leads with few messages, so that bursts stay small. */
final class LeadRemovals {
  private static final String SMALL =
      "(SELECT count(*) FROM (SELECT 1 FROM \"Message\" m WHERE m.\"leadId\" = t.id LIMIT 41) s)"
          + " <= 40";
  private static final String COUNT_CHILDREN =
      "SELECT (SELECT count(*) FROM \"Message\" WHERE \"leadId\" = ?)"
          + " + (SELECT count(*) FROM \"Appointment\" WHERE \"leadId\" = ?)"
          + " + (SELECT count(*) FROM \"ResponseTimingEvent\" WHERE \"leadId\" = ?)";

  private LeadRemovals() {}

  /** Gives everything of one lead to another of its workspace, then deletes it. */
  static boolean merge(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", SMALL);
    if (lead == null) {
      return false;
    }
    String workspace = LeadChanges.workspaceOf(tx, lead);
    String survivor =
        tx.pick(
            "SELECT id FROM \"Lead\" WHERE \"clientId\" = ? AND id <> ? AND \"createdAt\" >= ?"
                + " ORDER BY \"createdAt\" LIMIT 1 FOR UPDATE SKIP LOCKED",
            workspace,
            lead,
            tx.pastMoment());
    if (survivor == null) {
      return false;
    }
    for (String table : new String[] {"Message", "Appointment", "ResponseTimingEvent"}) {
      tx.change("UPDATE \"" + table + "\" SET \"leadId\" = ? WHERE \"leadId\" = ?", survivor, lead);
    }
    tx.changeOne("DELETE FROM \"Lead\" WHERE id = ?", lead);
    return true;
  }

  /** Changes a lead's primary key; its children follow by ON UPDATE CASCADE. */
  static boolean rekey(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", SMALL);
    if (lead == null) {
      return false;
    }
    tx.countCascade(COUNT_CHILDREN, lead, lead, lead);
    tx.changeOne("UPDATE \"Lead\" SET id = ? WHERE id = ?", tx.newId(), lead);
    return true;
  }

  static boolean delete(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", SMALL);
    if (lead == null) {
      return false;
    }
    tx.countCascade(COUNT_CHILDREN, lead, lead, lead);
    tx.changeOne("DELETE FROM \"Lead\" WHERE id = ?", lead);
    return true;
  }
}
