// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final Findings source = new Findings("source");
  private final Findings kafka = new Findings("kafka");

  private Report report() {
    List<Check> checks = new ArrayList<>(source.checks());
    checks.addAll(kafka.checks());
    return new Report(checks);
  }

  @Test
  void theWorstCheckIsTheVerdict() {
    assertEquals("ok", report().verdict());
    source.ok("wal_level", "logical");
    assertEquals("ok", report().verdict());
    kafka.warning("replication", "one copy", "# more brokers");
    assertEquals("warnings", report().verdict());
    assertTrue(report().passed());
    source.blocks("wal_level", "replica", "ALTER SYSTEM …;");
    assertEquals("blocked", report().verdict());
    assertFalse(report().passed());
    assertFalse(report().unreachable());
    kafka.unreachable("nobody listens", "# start it");
    source.blocks("walsenders", "1 of 1 in use", "ALTER SYSTEM …;");
    assertEquals("blocked", report().verdict());
    assertTrue(report().unreachable());
  }

  @Test
  void linesAreGroupedBySystemAndRemediesCanBePasted() {
    source.ok("version", "PostgreSQL 18.6");
    source.warning("max_slot_wal_keep_size", "unlimited", "ALTER SYSTEM …;\nSELECT reload();\n");
    kafka.unreachable("nobody listens\nat b1:9092", "# start it");
    assertEquals(
        List.of(
            "source",
            "  ok      version: PostgreSQL 18.6",
            "  warning max_slot_wal_keep_size: unlimited",
            "          > ALTER SYSTEM …;",
            "          > SELECT reload();",
            "kafka",
            "  blocks  reachable: nobody listens",
            "          at b1:9092",
            "          > # start it",
            "blocked: 3 checks, 1 warnings, 1 that block"),
        report().lines());
  }

  @Test
  void onlyWhatIsNotWellIsShownBeforeARun() {
    source.ok("version", "PostgreSQL 18.6");
    kafka.warning("replication", "one copy", "");
    assertEquals(
        List.of(
            "kafka",
            "  warning replication: one copy",
            "warnings: 2 checks, 1 warnings, 0 that block"),
        report().lines(Outcome.WARNING));
  }

  @Test
  void theJsonSaysThatWhatCannotBeReachedBlocks() throws JsonProcessingException {
    source.ok("wal_level", "logical");
    kafka.unreachable("nobody listens", "# start it");
    assertEquals(
        """
        {"verdict":"blocked","checks":[{"system":"source","what":"wal_level","outcome":"ok",\
        "detail":"logical","remedy":""},{"system":"kafka","what":"reachable",\
        "outcome":"blocks","detail":"nobody listens","remedy":"# start it"}]}""",
        new ObjectMapper().writeValueAsString(report()));
  }

  @Test
  void aLookThatFailsIsToldAndKeepsNoOtherFromBeingTaken() {
    source.look(
        "wal_level",
        () -> {
          throw new java.sql.SQLException("permission denied");
        });
    source.look("version", () -> source.ok("version", "PostgreSQL 18.6"));
    assertEquals(
        List.of(
            new Check(
                "source",
                "wal_level",
                Outcome.WARNING,
                "could not be checked: permission denied",
                "-- mend that and look again, or expect it to fail later"),
            new Check("source", "version", Outcome.OK, "PostgreSQL 18.6", "")),
        source.checks());
  }
}
