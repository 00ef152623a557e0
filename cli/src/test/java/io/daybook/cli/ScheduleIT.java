// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that somebody has spoilt are found by the schedule, and they alone are written. */
class ScheduleIT {
  private static final String ROWS = "daybook.trips_daily_rows_g1";
  private static final String KEYS = "SELECT workspace_id || ' ' || day FROM ";

  @TempDir Path folder;
  private TripSite site;

  @AfterEach
  void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void itMendsJustWhatDiffersAndOnceForEachKey() throws Exception {
    site = TripSite.start(folder, "schedule.days: 36600");
    // 3 fleets on 40 days are few: many more rows, so that some hundreds can be spoilt.
    site.execute(
        "INSERT INTO trip SELECT n, 'fleet ' || n % 50, date '2025-01-01' + n % 37, n, NULL, NULL"
            + " FROM generate_series(10000, 14000) n");
    site.assertEqual();
    Answer none = site.succeed("schedule", "run", "--json");
    assertEquals(0, none.json().get("differences").asInt(-1), none.out());

    site.execute(
        "CREATE TABLE spoilt AS SELECT row_number() OVER (ORDER BY md5(workspace_id || day)) AS n,"
            + " workspace_id, day FROM "
            + ROWS
            + " LIMIT 400",
        "UPDATE "
            + ROWS
            + " t SET trips = trips + 1, km = -km FROM spoilt s"
            + " WHERE n <= 300 AND t.workspace_id = s.workspace_id AND t.day = s.day",
        "DELETE FROM "
            + ROWS
            + " t USING spoilt s"
            + " WHERE n > 300 AND t.workspace_id = s.workspace_id AND t.day = s.day",
        "WITH invented AS (INSERT INTO "
            + ROWS
            + " (generation, workspace_id, day, trips, km, updated_at)"
            + " SELECT 1, 'nobody ' || n, date '2026-05-01' + n, 1, 1, now()"
            + " FROM generate_series(1, 100) n RETURNING workspace_id, day)"
            + " INSERT INTO spoilt SELECT 0, workspace_id, day FROM invented");
    site.logWritesOf(ROWS);
    JsonNode run = site.succeed("schedule", "run", "--key", "night", "--json").json();
    assertEquals(500, run.get("differences").asInt(), run::toString);
    assertEquals(500, run.get("healed").asInt(), run::toString);
    site.assertEqual();
    assertEquals(
        new TreeSet<>(site.queries(KEYS + "spoilt")),
        new TreeSet<>(site.queries("SELECT workspace || ' ' || day FROM written")));

    site.execute("UPDATE " + ROWS + " SET km = 0 WHERE day = '2026-01-03'");
    JsonNode again = site.succeed("schedule", "run", "--key", "night", "--json").json();
    assertEquals(run, again);
    assertEquals("2", site.query("SELECT count(*) FROM daybook.schedule_run"));
    String status = site.succeed("schedule", "status").out();
    assertTrue(status.contains("500 differed, 500 mended"), status);
  }

  @Test
  @Tag("faults")
  void atEachTickItRunsOnce() throws Exception {
    site = TripSite.start(folder, "schedule.cron: '* * * * *'");
    site.assertEqual();
    site.execute("INSERT INTO trip VALUES (5000, 'red', current_date, 5, NULL, NULL)");
    site.assertEqual();
    site.execute("UPDATE " + ROWS + " SET km = 77 WHERE day = current_date");
    site.rig()
        .await(
            "a run",
            () ->
                !site.query(
                        "SELECT count(*) FROM daybook.schedule_run WHERE ended_at IS NOT NULL"
                            + " AND differences = 1 AND remaining = 0")
                    .equals("0"));
    site.assertEqual();
    assertEquals(
        List.of("0"),
        site.queries(
            "SELECT count(*) FROM daybook.schedule_run GROUP BY date_trunc('minute', asked_at)"
                + " HAVING count(*) > 1 UNION ALL SELECT 0"));
  }
}
