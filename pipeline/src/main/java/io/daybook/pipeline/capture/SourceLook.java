// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/**
 * The source at one instant, seen over an ordinary connection.
 *
 * @param written up to where its log was written
 * @param slot the slot, if there is one
 * @param seesAdditions whether a slot's reader learns that a table was added to the publication
 *     while a transaction was writing to it: older minor versions may go on leaving its changes out
 */
record SourceLook(
    SourceIdentity identity, Lsn written, Optional<SourceSlot.Found> slot, boolean seesAdditions) {

  /** By major version, from the release notes of May 2025. */
  private static final Map<Integer, Integer> FIRST_MINOR = Map.of(14, 18, 15, 13, 16, 9, 17, 5);

  static SourceLook at(Connection connection, CaptureSettings settings) throws SQLException {
    SourceIdentity identity = SourceIdentity.read(connection);
    Lsn written;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text")) {
      row.next();
      written = Lsn.parse(row.getString(1));
    }
    SourceSlot slot = new SourceSlot(connection, settings.slot(), settings.applicationName());
    DatabaseMetaData server = connection.getMetaData();
    int major = server.getDatabaseMajorVersion();
    boolean seesAdditions =
        major > 17
            || server.getDatabaseMinorVersion()
                >= FIRST_MINOR.getOrDefault(major, Integer.MAX_VALUE);
    return new SourceLook(identity, written, slot.find(), seesAdditions);
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
