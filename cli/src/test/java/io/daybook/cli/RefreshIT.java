// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.installation.Role;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of the table that somebody has spoilt are written once more. */
class RefreshIT {
  private static final String ROWS = "daybook.trips_daily_rows_g1";

  @TempDir Path folder;
  private TripSite site;

  @BeforeEach
  void start() throws Exception {
    site = TripSite.start(folder, "");
    site.assertEqual();
  }

  @AfterEach
  void stop() {
    if (site != null) {
      site.close();
    }
  }

  /** Changed, deleted and invented rows, in the scope and outside. */
  private void spoil() throws Exception {
    site.execute(
        "UPDATE " + ROWS + " SET km = km + 1, trips = 0 WHERE day IN ('2026-01-03', '2026-01-20')",
        "DELETE FROM " + ROWS + " WHERE day IN ('2026-01-04', '2026-01-21')",
        "INSERT INTO "
            + ROWS
            + " (generation, workspace_id, day, trips, km, updated_at)"
            + " SELECT 1, w, d, 7, 7, now() FROM unnest(ARRAY['red', 'pink']) w,"
            + " unnest(ARRAY[date '2025-01-01', '2027-01-01', 'infinity']) d");
  }

  @Test
  void ofAWorkspaceAndSomeDaysOnlyThoseAreWritten() throws Exception {
    spoil();
    site.rig().await("no increment owed", () -> owed() == 0);
    long before = site.version("pink");
    site.logWritesOf(ROWS);
    Answer refreshed =
        site.succeed(
            "refresh",
            "trips_daily",
            "--workspace",
            "red",
            "--from",
            "2025-01-01",
            "--to",
            "2026-01-10",
            "--json");
    assertEquals(1, refreshed.json().get("rowsRemoved").asInt(), refreshed.out());
    Set<String> written = new TreeSet<>(site.queries("SELECT DISTINCT workspace FROM written"));
    assertEquals(Set.of("red"), written);
    assertEquals(
        "2025-01-01 2026-01-10", site.query("SELECT min(day) || ' ' || max(day) FROM written"));
    String wrong =
        "SELECT count(*) FROM daybook.trips_daily t WHERE workspace_id = 'red'"
            + " AND day BETWEEN '2025-01-01' AND '2026-01-10' AND (trips IS DISTINCT FROM"
            + " (SELECT count(*) FROM trip WHERE fleet = 'red' AND ended = t.day)"
            + " OR km IS DISTINCT FROM"
            + " (SELECT sum(km) FROM trip WHERE fleet = 'red' AND ended = t.day))";
    assertEquals("0", site.query(wrong));
    assertEquals(
        "10",
        site.query(
            "SELECT count(*) FROM daybook.trips_daily WHERE workspace_id = 'red'"
                + " AND day BETWEEN '2025-01-01' AND '2026-01-10'"));
    Answer rest = site.run("verify", "--json");
    assertEquals("drift", rest.json().get("verdict").asText(), rest.out());

    site.execute("UPDATE trip SET km = km + 1 WHERE id % 3 = 0");
    site.succeed("refresh", "trips_daily");
    site.assertEqual();
    site.rig().await("a new version of who is gone", () -> site.version("pink") > before);
    Answer none = site.run("refresh", "trips_daily", "--from", "2026-13-01");
    assertEquals(ExitCode.USAGE, none.code());
    assertTrue(none.err().contains("is no day"), none.err());
  }

  private long owed() {
    return Long.parseLong(site.query("SELECT count(*) FROM daybook.note"));
  }

  @Test
  @Tag("faults")
  void theTableIsFilledAnewFromItsTopic() throws Exception {
    site.execute("DELETE FROM trip WHERE id % 5 = 0", "UPDATE trip SET fleet = 'red' WHERE id < 9");
    site.assertEqual();
    spoil();
    Answer filled = site.succeed("recompute", "--table-only");
    assertTrue(filled.err().contains("6 others removed"), filled.err());
    site.awaitRunning();
    site.assertEqual();
    assertEquals(1, site.generation());

    site.succeed("refresh", "trips_daily");
    site.rig().stopRoles();
    site.execute("DROP SCHEMA daybook CASCADE");
    site.rig().migrate();
    site.rig().startRoles(EnumSet.of(Role.SINK), false);
    site.succeed("recompute", "--table-only");
    assertEquals(
        site.query("SELECT count(DISTINCT ended) FROM trip WHERE fleet = 'blue'"),
        site.query("SELECT count(*) FROM daybook.trips_daily WHERE workspace_id = 'blue'"));
    site.rig().stopRoles();
    site.rig().startRoles(false);
    site.awaitRunning();
    site.assertEqual();
    site.execute("UPDATE trip SET km = km + 1 WHERE id % 7 = 0");
    site.assertEqual();
    assertEquals(List.of("1"), site.queries("SELECT generation FROM daybook.current_generation"));
  }
}
