// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Columns that no rollup uses come, change and go; tables are rewritten; a table leaves the
 * publication and comes back when rows of it have been deleted; a column that rollups use gets
 * another name, or another type, and the old one again.
 */
final class SchemaChanged implements Fault {
  private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
  private static final Set<String> CONFLICTS = Set.of("40P01", "40001", "55P03");

  private static final String IS_THERE = "42710";

  /** How capture says that a table is not as the definitions found it. */
  private static final String NOT_AS_NEEDED = "when the definitions were read";

  private static final List<String> COLUMNS =
      List.of(
          "ALTER TABLE \"Message\" ADD COLUMN extra text DEFAULT 'x'",
          "UPDATE \"Message\" SET extra = 'y' WHERE id IN (SELECT id FROM \"Message\" LIMIT 100)",
          "ALTER TABLE \"Message\" ALTER COLUMN extra TYPE varchar(10)",
          "ALTER TABLE \"Message\" RENAME COLUMN extra TO other",
          "UPDATE \"Message\" SET other = 'z' WHERE id IN (SELECT id FROM \"Message\" LIMIT 100)",
          "ALTER TABLE \"Message\" DROP COLUMN other");

  private static final List<String> REWRITES =
      List.of(
          "ALTER TABLE \"Lead\" ADD COLUMN stamp timestamptz DEFAULT clock_timestamp()",
          "CLUSTER \"Lead\" USING \"Lead_pkey\"",
          "ALTER TABLE \"Lead\" DROP COLUMN stamp",
          "REINDEX TABLE \"Message\"");

  @Override
  public String id() {
    return "F16";
  }

  @Override
  public String title() {
    return "columns, used ones too, and tables changed; table out of the publication and back";
  }

  @Override
  public int injections() {
    return 4;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Instant at = Instant.now();
    return switch (turn.variant(4)) {
      case 0 -> all(site, at, COLUMNS);
      case 1 -> all(site, at, REWRITES);
      case 2 -> usedColumn(site, turn);
      default -> outOfThePublication(site, at);
    };
  }

  private static Injection all(Site site, Instant at, List<String> statements) throws Exception {
    for (String each : statements) {
      Await.until(DONE_WITHIN, each, () -> done(site, each));
    }
    return Injection.of(
        at,
        true,
        statements.size() + " statements, the last: " + statements.get(statements.size() - 1));
  }

  private static boolean done(Site site, String sql) throws SQLException {
    try (Connection connection = site.database().owner();
        Statement statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '5s'");
      statement.execute(sql);
      return true;
    } catch (SQLException e) {
      if (CONFLICTS.contains(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** The application rests meanwhile: its own statements do not work, nor does the live query. */
  private static Injection usedColumn(Site site, Turn turn) throws Exception {
    RoleProcess capture = site.captures().get(0);
    boolean renamed = turn.below(2) == 0;
    long before = capture.said(NOT_AS_NEEDED);
    site.load().pause();
    Instant at = Instant.now();
    int changed = 0;
    try {
      all(
          site,
          at,
          List.of(
              renamed
                  ? "ALTER TABLE \"Message\" RENAME direction TO elsewhere"
                  : "ALTER TABLE \"Message\" ALTER source TYPE varchar(40)"));
      changed =
          site.database().change("UPDATE \"Message\" SET body = 'meanwhile' WHERE id LIKE '%1'");
      Await.until(
          DONE_WITHIN, "a capture that says so", () -> capture.said(NOT_AS_NEEDED) > before);
      all(
          site,
          at,
          List.of(
              renamed
                  ? "ALTER TABLE \"Message\" RENAME elsewhere TO direction"
                  : "ALTER TABLE \"Message\" ALTER source TYPE text"));
    } finally {
      site.load().resume();
    }
    return Injection.of(
        at,
        changed > 0,
        "a used column had another %s, while %d rows changed; capture has said so"
            .formatted(renamed ? "name" : "type", changed));
  }

  /** Capture may have been quicker. */
  private static void publish(Database database) throws SQLException {
    try {
      database.change("ALTER PUBLICATION faults ADD TABLE \"ResponseTimingEvent\"");
    } catch (SQLException e) {
      if (!IS_THERE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static Injection outOfThePublication(Site site, Instant at) throws Exception {
    Database database = site.database();
    database.change("ALTER PUBLICATION faults DROP TABLE \"ResponseTimingEvent\"");
    long published =
        database.number(
            "SELECT count(*) FROM pg_publication_tables WHERE pubname = 'faults'"
                + " AND tablename = 'ResponseTimingEvent'");
    int deleted =
        database.change(
            "DELETE FROM \"ResponseTimingEvent\" WHERE id IN (SELECT id FROM"
                + " \"ResponseTimingEvent\" ORDER BY random() LIMIT 100 FOR UPDATE SKIP LOCKED)");
    Await.pass(Duration.ofSeconds(2));
    publish(database);
    return Injection.of(
        at,
        published == 0 && deleted > 0,
        "the table was not published while " + deleted + " of its rows were deleted");
  }
}
