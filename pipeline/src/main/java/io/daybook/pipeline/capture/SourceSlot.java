// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot of this capture, seen over an ordinary connection. */
final class SourceSlot {
  private static final Logger LOG = LoggerFactory.getLogger(SourceSlot.class);
  private static final Duration FREE_WITHIN = Duration.ofSeconds(30);
  private static final long LOOK_EVERY_MS = 20;

  /**
   * A slot as it is now.
   *
   * @param confirmed up to where Postgres has been told to forget; zero while it is being created
   * @param flaw why it cannot be streamed from, null if it can
   * @param walStatus how safe the WAL is that it needs, in Postgres' words
   * @param holder process id of the walsender that reads it, 0 if none does
   */
  record Found(Lsn confirmed, String flaw, String walStatus, int holder, String holderName) {}

  private final Connection connection;
  private final String name;
  private final String applicationName;

  SourceSlot(Connection connection, String name, String applicationName) {
    this.connection = connection;
    this.name = name;
    this.applicationName = applicationName;
  }

  Optional<Found> find() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT s.confirmed_flush_lsn::text, coalesce(s.wal_status, ''),"
                + " coalesce(s.active_pid, 0), coalesce(a.application_name, ''),"
                + " s.plugin IS NOT DISTINCT FROM 'pgoutput', s.database = current_database()"
                + " FROM pg_replication_slots s"
                + " LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid"
                + " WHERE s.slot_name = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        String confirmed = row.getString(1);
        return Optional.of(
            new Found(
                confirmed == null ? Lsn.ZERO : Lsn.parse(confirmed),
                flaw(row.getString(2), row.getBoolean(5), row.getBoolean(6)),
                row.getString(2),
                row.getInt(3),
                row.getString(4)));
      }
    }
  }

  private static String flaw(String walStatus, boolean ours, boolean here) {
    if (walStatus.equals("lost")) {
      return "has lost WAL that it needs";
    }
    if (!ours) {
      return "does not decode with pgoutput";
    }
    return here ? null : "belongs to another database";
  }

  /**
   * Ends what a dead or paused predecessor left reading the slot and waits until it is free.
   *
   * @throws FatalCaptureException if somebody else reads it
   */
  void endOwnReader(CountDownLatch closing) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + FREE_WITHIN.toNanos();
    int ended = 0;
    for (Optional<Found> slot = find(); held(slot); slot = find()) {
      Found found = slot.get();
      if (!found.holderName().equals(applicationName) && !found.holderName().isEmpty()) {
        throw new FatalCaptureException(
            "Slot '"
                + name
                + "' is read by '"
                + found.holderName()
                + "' (pid "
                + found.holder()
                + "), which is not this capture: stop it, or give this one another slot name");
      }
      if (found.holder() != ended) {
        LOG.info("Ending walsender {} of an earlier capture on slot {}", found.holder(), name);
        terminate(found.holder());
        ended = found.holder();
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Walsender " + ended + " still holds slot '" + name + "' after " + FREE_WITHIN);
      }
      if (closing.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static boolean held(Optional<Found> slot) {
    return slot.isPresent() && slot.get().holder() != 0;
  }

  private void terminate(int pid) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_terminate_backend(?)")) {
      statement.setInt(1, pid);
      statement.execute();
    }
  }

  void dropIfExists() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                + " WHERE slot_name = ?")) {
      statement.setString(1, name);
      statement.execute();
    }
  }
}
