// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;
import java.time.Instant;

/** What happens to messages. */
final class MessageChanges {
  private static final int BURST_MIN = 4;
  private static final int BURST_SPREAD = 6;

  private MessageChanges() {}

  /** A conversation: messages one by one, the lead's last inbound time along with them. */
  static boolean burst(LiveTransaction tx) throws SQLException {
    String lead = tx.pickRow("Lead", "true");
    if (lead == null) {
      return false;
    }
    int messages = BURST_MIN + tx.draw().below(BURST_SPREAD);
    for (int i = 0; i < messages; i++) {
      tx.insert(SampleRows.MESSAGE, message(tx, lead));
    }
    tx.changeOne(
        "UPDATE \"Lead\" SET \"lastInboundAt\" = ?, \"updatedAt\" = ? WHERE id = ?",
        tx.now(),
        tx.now(),
        lead);
    return true;
  }

  /** A campaign's messages, to several leads of a workspace, by one statement. */
  static boolean insertTogether(LiveTransaction tx) throws SQLException {
    String first = tx.pickRow("Lead", "true");
    if (first == null) {
      return false;
    }
    String second =
        tx.pick(
            "SELECT id FROM \"Lead\" WHERE \"clientId\" = ? AND \"createdAt\" >= ?"
                + " ORDER BY \"createdAt\" LIMIT 1 FOR KEY SHARE SKIP LOCKED",
            LeadChanges.workspaceOf(tx, first),
            tx.pastMoment());
    Object[][] rows = new Object[BURST_MIN * 2 + tx.draw().below(4)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = message(tx, second == null || i % 2 == 0 ? first : second);
    }
    tx.insert(SampleRows.MESSAGE, rows);
    return true;
  }

  /** Marks an inbound message as read, or one that is read as unread. */
  static boolean read(LiveTransaction tx) throws SQLException {
    String message = tx.pickRow("Message", "direction = 'inbound'");
    if (message == null) {
      return false;
    }
    tx.changeOne("UPDATE \"Message\" SET \"isRead\" = NOT \"isRead\" WHERE id = ?", message);
    return true;
  }

  static boolean redate(LiveTransaction tx) throws SQLException {
    String message = tx.pickRow("Message", "true");
    if (message == null) {
      return false;
    }
    Instant sent = tx.pastMoment();
    tx.changeOne("UPDATE \"Message\" SET \"sentAt\" = ? WHERE id = ?", sent, message);
    return true;
  }

  /** Changes the key of a message, every other time of one whose HTML is stored out of line. */
  static boolean rekey(LiveTransaction tx) throws SQLException {
    boolean large = tx.draw().chance(0.5);
    String message = tx.pickRow("Message", large ? "\"rawHtml\" IS NOT NULL" : "true");
    if (message == null) {
      return false;
    }
    tx.changeOne("UPDATE \"Message\" SET id = ? WHERE id = ?", tx.newId(), message);
    return true;
  }

  static boolean delete(LiveTransaction tx) throws SQLException {
    String message = tx.pickRow("Message", "true");
    if (message == null) {
      return false;
    }
    tx.changeOne("DELETE FROM \"Message\" WHERE id = ?", message);
    return true;
  }

  private static Object[] message(LiveTransaction tx, String lead) {
    return SampleRows.message(tx.newId(), lead, tx.now(), tx.draw());
  }
}
