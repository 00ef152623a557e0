// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** TRUNCATE: alone, cascading, in a transaction between inserts, and of an empty table. */
final class Truncated implements Fault {
  private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
  private static final Set<String> CONFLICTS = Set.of("40P01", "40001", "55P03");
  private static final int ROWS = 500;

  private static final String LEADS_AGAIN =
      "INSERT INTO \"Lead\" (id, \"clientId\", \"createdAt\", \"updatedAt\")"
          + " SELECT 'L-' || n, c.id, timestamp '2026-02-01' + n * interval '5 hours', now()"
          + " FROM generate_series(1, 200) n, LATERAL (SELECT id FROM \"Client\" OFFSET n % 20"
          + " LIMIT 1) c ON CONFLICT DO NOTHING";
  private static final String MESSAGES_AGAIN =
      "INSERT INTO \"Message\" (id, \"leadId\", direction, body, \"sentAt\")"
          + " SELECT '%s-' || n, l.id, 'inbound', 'again', timestamp '2026-02-01' + n * interval"
          + " '2 hours' FROM (SELECT id FROM \"Lead\" LIMIT 1) l, generate_series(1, %d) n"
          + " ON CONFLICT DO NOTHING";

  @Override
  public String id() {
    return "F13";
  }

  @Override
  public String title() {
    return "TRUNCATE alone, cascading, between inserts, of an empty table";
  }

  @Override
  public int injections() {
    return 4;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    int variant = turn.variant(4);
    long[] before = new long[1];
    Await.until(
        DONE_WITHIN, "a TRUNCATE without a conflict", () -> truncated(site, variant, before));
    Instant at = Instant.now();
    boolean empty = variant == 3;
    return Injection.of(
        at,
        empty || before[0] > 0,
        "variant %d: %d rows were there before the TRUNCATE".formatted(variant, before[0]));
  }

  private static boolean truncated(Site site, int variant, long[] before) throws SQLException {
    try (Connection connection = site.database().owner();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      before[0] = truncate(statement, variant);
      connection.commit();
      return true;
    } catch (SQLException e) {
      if (CONFLICTS.contains(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  private static long truncate(Statement statement, int variant) throws SQLException {
    String table =
        variant == 1 ? "\"Lead\"" : variant == 2 ? "\"Message\"" : "\"ResponseTimingEvent\"";
    statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
    long rows = count(statement, table);
    switch (variant) {
      case 0 -> statement.execute("TRUNCATE \"ResponseTimingEvent\"");
      case 1 -> {
        statement.execute("TRUNCATE \"Lead\" CASCADE");
        statement.execute(LEADS_AGAIN);
        statement.execute(MESSAGES_AGAIN.formatted("after", ROWS));
      }
      case 2 -> {
        statement.execute(MESSAGES_AGAIN.formatted("before", ROWS));
        statement.execute("TRUNCATE \"Message\"");
        statement.execute(MESSAGES_AGAIN.formatted("between", ROWS));
        statement.execute("TRUNCATE \"Message\"");
        statement.execute(MESSAGES_AGAIN.formatted("after", ROWS));
      }
      default -> {
        statement.execute("TRUNCATE \"ResponseTimingEvent\"");
        statement.execute("TRUNCATE \"ResponseTimingEvent\"");
      }
    }
    return rows;
  }

  private static long count(Statement statement, String table) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }
}
