// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The source at one instant, seen over an ordinary connection.
 *
 * @param written up to where its log was written
 * @param slot the slot, if there is one
 */
record SourceLook(SourceIdentity identity, Lsn written, Optional<SourceSlot.Found> slot) {

  static SourceLook at(Connection connection, CaptureSettings settings) throws SQLException {
    SourceIdentity identity = SourceIdentity.read(connection);
    Lsn written;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text")) {
      row.next();
      written = Lsn.parse(row.getString(1));
    }
    SourceSlot slot = new SourceSlot(connection, settings.slot(), settings.applicationName());
    return new SourceLook(identity, written, slot.find());
  }

  /** Why this server does not continue what was captured up to an LSN; null if it does. */
  String serverBroken(SourceIdentity expected, Lsn captured) {
    if (!identity.equals(expected)) {
      return "the source is now " + identity + ", it was " + expected;
    }
    if (written.compareTo(captured) < 0) {
      return "the source has been set back: its log ends at "
          + written
          + ", but it was captured up to "
          + captured;
    }
    return null;
  }

  /** Why the slot does not continue what is in Kafka up to an LSN; null if it does. */
  String slotBroken(String name, Lsn committed) {
    if (slot.isEmpty()) {
      return "slot '" + name + "' is gone";
    }
    SourceSlot.Found found = slot.get();
    if (found.flaw() != null) {
      return "slot '" + name + "' " + found.flaw();
    }
    if (found.confirmed().equals(Lsn.ZERO)) {
      return "slot '" + name + "' was never completed";
    }
    if (found.confirmed().compareTo(committed) > 0) {
      return "slot '"
          + name
          + "' was moved to "
          + found.confirmed()
          + ", but only "
          + committed
          + " is captured";
    }
    return null;
  }
}
