// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Definitions that change while everything runs: each gets a generation of its own, and readers who
 * ask for the columns that they know are not disturbed.
 */
class ChangedDefinitionIT {
  private static final String WITH_LONG_TRIPS =
      """
      SELECT t.fleet AS workspace_id, t.ended AS day, count(*) AS trips, sum(t.km) AS km,
             count(*) FILTER (WHERE t.km > 1000) AS long_trips
      FROM trip t GROUP BY 1, 2""";

  private static final String BY_DRIVER =
      """
      SELECT t.fleet AS workspace_id, t.ended AS day, t.driver, count(*) AS trips,
             sum(t.litres) AS litres
      FROM trip t GROUP BY 1, 2, 3""";

  private static final String REPAIRS =
      """
      SELECT r.fleet AS workspace_id, r.done AS day, sum(r.cost) AS repair_cost
      FROM repair r GROUP BY 1, 2""";

  private static final String LONG_TRIPS = "SELECT coalesce(sum(long_trips)::text, 'none') FROM ";
  private static final String OF_VIEW = LONG_TRIPS + "daybook.trips_daily";
  private static final String OF_FUNCTION =
      LONG_TRIPS
          + "unnest(ARRAY['red', 'blue', 'green']) w,"
          + " daybook.read_trips_daily(w, '2026-01-01', '2026-12-31')";
  private static final String BY_HAND = "SELECT count(*) FROM trip WHERE km > 1000";

  private static final String COLUMNS =
      "SELECT count(*) FROM information_schema.columns WHERE column_name = 'long_trips'";

  @TempDir Path folder;
  private TripSite site;
  private List<PollingReader> readers;

  @BeforeEach
  void start() throws Exception {
    site = TripSite.start(folder, "recompute.keep: 1h");
    var rollup = site.rig().rollups().get(0);
    readers =
        List.of(
            PollingReader.ofFunction(site.rig().source().getConnection(), rollup, "red"),
            PollingReader.ofView(site.rig().source().getConnection(), rollup, "red"));
  }

  @AfterEach
  void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void aMeasureComesAndGoesAndComesBack() throws Exception {
    site.define("trips", WITH_LONG_TRIPS);
    String plan = site.succeed("plan").out();
    assertTrue(plan.contains("generation 2"), plan);
    assertTrue(plan.contains("+ measure long_trips bigint: a new column"), plan);
    assertTrue(plan.contains("~ fact trips: its SELECT has changed"), plan);

    site.succeed("recompute", "--wait");
    assertEquals(2, site.generation());
    site.assertEqual();
    assertEquals(site.query(BY_HAND), site.query(OF_VIEW));
    site.execute("UPDATE trip SET km = 5000 WHERE id % 10 = 0");
    site.assertEqual();
    assertLiveAndRollupSay(site.query(BY_HAND));

    site.define("trips", TripSite.TRIPS);
    plan = site.succeed("plan").out();
    assertTrue(plan.contains("- measure long_trips: its column stays, NULL"), plan);
    Answer migrated = site.succeed("migrate");
    assertTrue(migrated.out().contains("generation 3 of trips_daily"), migrated.out());
    site.rig().await("the next generation", () -> site.generation() == 3);
    site.assertEqual();
    assertLiveAndRollupSay("none");
    assertEquals("0", site.query("SELECT count(long_trips) FROM daybook.trips_daily"));

    site.succeed("recompute", "--rollback");
    assertEquals(2, site.generation());
    site.awaitRunning();
    site.assertEqual();
    assertLiveAndRollupSay(site.query(BY_HAND));
    dropTheColumn();
    assertReadersWereNotDisturbed();
  }

  private void dropTheColumn() throws Exception {
    site.succeed("recompute", "--wait");
    assertEquals(4, site.generation());
    site.succeed("migrate", "--drop-columns");
    assertNotEquals("0", site.query(COLUMNS), "the generation that is kept has it");
    site.execute("UPDATE daybook.recompute SET leaves_at = now() WHERE phase = 'kept'");
    site.rig()
        .await(
            "only the current one",
            () ->
                site.query("SELECT string_agg(phase, ' ') FROM daybook.recompute")
                    .equals("current"));
    String dropped = site.succeed("migrate", "--drop-columns").out();
    assertTrue(dropped.contains("no column long_trips of trips_daily"), dropped);
    assertEquals("0", site.query(COLUMNS));
    site.awaitRunning();
    site.assertEqual();
  }

  /** Another dimension, and columns and a table that nobody captured before. */
  @Test
  @Tag("faults")
  void aDimensionAndAFactOverOtherTables() throws Exception {
    site.define("repairs", REPAIRS);
    String plan = site.succeed("plan").out();
    assertTrue(plan.contains("+ fact repairs"), plan);
    assertTrue(plan.contains("public.repair: "), plan);
    site.succeed("recompute", "--wait");
    assertEquals(2, site.generation());
    site.assertEqual();
    site.execute("UPDATE repair SET fleet = 'red', cost = cost + 0.5 WHERE id % 5 = 0");
    site.assertEqual();
    assertEquals(
        site.query("SELECT sum(cost) FROM repair"),
        site.query("SELECT sum(repair_cost) FROM daybook.trips_daily"));

    site.define("repairs", null);
    site.define("trips", BY_DRIVER);
    plan = site.succeed("plan").out();
    assertTrue(plan.contains("+ dimension driver text"), plan);
    assertTrue(plan.contains("- measure km"), plan);
    site.succeed("recompute", "--wait");
    assertEquals(3, site.generation());
    site.assertEqual();
    site.execute(
        "UPDATE trip SET driver = NULL WHERE id % 11 = 0", "DELETE FROM trip WHERE id < 9");
    site.assertEqual();

    site.succeed("recompute", "--rollback");
    assertEquals(2, site.generation());
    site.awaitRunning();
    site.assertEqual();
    assertReadersWereNotDisturbed();
  }

  private void assertLiveAndRollupSay(String expected) throws Exception {
    site.awaitRunning();
    assertEquals(expected, site.query(OF_FUNCTION));
    site.succeed("mode", "live");
    assertEquals(
        "live", site.query("SELECT served_from FROM daybook.source_of_trips_daily('red')"));
    assertEquals(expected, site.query(OF_FUNCTION));
    site.succeed("mode", "rollup");
  }

  private void assertReadersWereNotDisturbed() throws Exception {
    for (PollingReader reader : readers) {
      reader.close();
      assertEquals(List.of(), reader.errors(), reader::toString);
      System.out.println("ChangedDefinitionIT: " + reader);
    }
  }
}
