// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** A transaction that stays open, one with very many rows, and ones of subtransactions. */
final class LongTransactions implements Fault {
  private static final int ROWS = Integer.getInteger("faults.rows", 1_000_000);
  private static final Duration OPEN = Duration.ofSeconds(Integer.getInteger("faults.open", 20));

  @Override
  public String id() {
    return "F19";
  }

  @Override
  public String title() {
    return "transactions: open for long, of " + ROWS + " rows, with rollbacks and savepoints";
  }

  @Override
  public int injections() {
    return 2;
  }

  @Override
  public Duration recoversWithin() {
    return Duration.ofMinutes(15);
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    String own = "tx-" + turn.below(1_000_000);
    return switch (turn.variant(3)) {
      case 0 -> openForLong(site, own);
      case 1 -> manyRows(site, own);
      default -> subtransactions(site, own, turn);
    };
  }

  private static Injection openForLong(Site site, String own) throws Exception {
    new Messages(site.database()).ownLead(own);
    Instant begun = Instant.now();
    try (Connection connection = site.database().owner();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      insert(statement, own, 0, 500);
      Await.pass(OPEN);
      boolean others = site.freshness().completeSince(begun.plus(OPEN.dividedBy(2))) != null;
      insert(statement, own, 500, 500);
      connection.commit();
      return Injection.of(
          Instant.now(),
          others,
          "open for %s; what others committed meanwhile was complete: %s".formatted(OPEN, others));
    }
  }

  private Injection manyRows(Site site, String own) throws Exception {
    Messages messages = new Messages(site.database());
    messages.ownLead(own);
    int rows = messages.insert(own + "-", ROWS, own);
    Instant at = Instant.now();
    awaitComplete(site, at);
    messages.deleteWorkspace(own);
    awaitComplete(site, Instant.now());
    return Injection.of(at, rows == ROWS, rows + " rows in one transaction");
  }

  private void awaitComplete(Site site, Instant through) throws Exception {
    Await.until(
        recoversWithin(),
        "the rollups complete through " + through,
        () -> site.freshness().completeSince(through) != null);
  }

  private static Injection subtransactions(Site site, String own, Turn turn) throws Exception {
    new Messages(site.database()).ownLead(own);
    int kept = 0;
    int takenBack = 0;
    try (Connection connection = site.database().owner();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int part = 0; part < 200; part++) {
        Savepoint savepoint = connection.setSavepoint();
        insert(statement, own, part * 10, 10);
        statement.execute("DELETE FROM \"Message\" WHERE id = '" + own + "-" + part * 5 + "'");
        if (turn.below(2) == 0) {
          connection.rollback(savepoint);
          takenBack++;
        } else if (turn.below(2) == 0) {
          connection.releaseSavepoint(savepoint);
        }
        kept = part + 1 - takenBack;
      }
      connection.commit();
      insert(statement, own, 10_000, 3_000);
      connection.rollback();
    }
    return Injection.of(
        Instant.now(),
        kept > 0 && takenBack > 0,
        "%d subtransactions kept, %d rolled back, and a transaction of 3000 rows rolled back"
            .formatted(kept, takenBack));
  }

  private static void insert(Statement statement, String own, int first, int rows)
      throws SQLException {
    statement.execute(
        ("INSERT INTO \"Message\" (id, \"leadId\", direction, body, \"sentAt\") SELECT '%1$s-' ||"
                + " n, '%1$s', 'inbound', 'tx', timestamp '2026-04-01' + n * interval '1 hour' FROM"
                + " generate_series(%2$d, %3$d) n")
            .formatted(own, first, first + rows - 1));
  }
}
