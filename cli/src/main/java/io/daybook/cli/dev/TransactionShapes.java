// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;

/** Transactions of which a part, or everything, is taken back. */
final class TransactionShapes {
  private TransactionShapes() {}

  /** Messages that stay, around deletions that a savepoint takes back. */
  static boolean partlyRolledBack(LiveTransaction tx) throws SQLException {
    if (!MessageChanges.burst(tx)) {
      return false;
    }
    tx.takeBack(
        part ->
            MessageChanges.insertTogether(part)
                && MessageChanges.delete(part)
                && LeadRemovals.delete(part));
    return MessageChanges.read(tx);
  }

  /** Everything that hurts if it is counted: arrivals, a move and deletions, all rolled back. */
  static boolean rolledBack(LiveTransaction tx) throws SQLException {
    if (!MessageChanges.burst(tx)) {
      return false;
    }
    LeadChanges.move(tx);
    LeadRemovals.merge(tx);
    MessageChanges.redate(tx);
    tx.rollBack();
    return true;
  }
}
