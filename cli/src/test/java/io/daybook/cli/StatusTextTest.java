// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.cli.installation.Replay;
import io.daybook.cli.installation.StatusReport;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void whatIsNotThereYetIsADash() {
    StatusReport report =
        new StatusReport(
            false,
            List.of(
                new StatusReport.OfRollup(
                    "orders", "rollup", 0, "building", 1, null, null, null, 0)),
            List.of(),
            List.of(),
            new StatusReport.Slot("daybook", null, null),
            new StatusReport.Cache(null),
            List.of(new StatusReport.Problem("Nothing runs", null, "the live query", "Run it")));
    assertEquals(
        List.of(
            "orders                   building  mode rollup  generation 1  complete through -",
            "  slot daybook: -",
            "  cache: -",
            "! Nothing runs",
            "    readers get the live query",
            "    Run it",
            "UNHEALTHY"),
        StatusText.lines(report, NOW));
  }

  @Test
  void timesAndSizesAreThoseOfPeopleAndTheSwitchIsSaid() {
    Instant through = NOW.minusSeconds(71);
    StatusReport report =
        new StatusReport(
            false,
            List.of(
                new StatusReport.OfRollup(
                    "orders", "live", 2, "stopped", 1, through, "0/1", 71_400L, 0)),
            List.of(
                new StatusReport.OfGeneration(
                    "orders", 1, "current", 3L << 20, null, null, null, null),
                new StatusReport.OfGeneration(
                    "orders", 2, "building", 8192, through, null, new Replay(710, 1420), "hm")),
            List.of(new StatusReport.Stage("sink orders", 12)),
            new StatusReport.Slot("daybook", "reserved", 5L << 20),
            new StatusReport.Cache(3L),
            List.of(new StatusReport.Problem("It stands", through, "the live query", "Look")));
    assertEquals(
        List.of(
            "orders                   stopped   mode live (the switch: readers get the live query)"
                + " (2 workspaces have their own)  generation 1"
                + "  complete through 2026-03-01T09:58:49Z (71 s ago)",
            "  orders generation 1                current, 3 MB",
            "  orders generation 2                building, 8192 bytes; 710 of 1,420 events (50 %),"
                + " 10 events/s, about 71 s left; hm",
            "  sink orders                        lag 12 records (markers included)",
            "  slot daybook: reserved, holds 5 MB of WAL",
            "  cache: 3 workspaces wait for their increment",
            "! It stands",
            "    since 2026-03-01T09:58:49Z (71 s); readers get the live query",
            "    Look",
            "UNHEALTHY"),
        StatusText.lines(report, NOW));
  }
}
