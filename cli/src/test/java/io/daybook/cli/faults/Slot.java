// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.SQLException;
import java.time.Duration;

/** The replication slot of the site. */
final class Slot {
  static final String NAME = "faults";
  private static final Duration DROPPED_WITHIN = Duration.ofSeconds(30);
  private static final String IN_USE = "55006";

  private final Database database;

  Slot(Database database) {
    this.database = database;
  }

  boolean exists() throws SQLException {
    return database.number("SELECT count(*) FROM pg_replication_slots WHERE slot_name = ?", NAME)
        > 0;
  }

  /** Drops it, ending its reader as often as it comes back; then it is gone. */
  void drop() throws Exception {
    Await.until(DROPPED_WITHIN, "the end of the slot", this::dropOnce);
  }

  /** A slot of that name by somebody else, who knows nothing of what was missed. */
  void createAgain() throws SQLException {
    database.administer("SELECT pg_create_logical_replication_slot(?, 'pgoutput')", NAME);
  }

  private boolean dropOnce() throws SQLException {
    database.administer(
        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
            + " WHERE slot_name = ? AND active",
        NAME);
    try {
      database.administer(
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
              + " WHERE slot_name = ?",
          NAME);
    } catch (SQLException e) {
      if (!IN_USE.equals(e.getSQLState())) {
        throw e;
      }
    }
    return !exists();
  }
}
