// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.installation.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code daybook dev} as users start it: a process of its own, and the other verbs on it. */
class DevIT {
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(4);
  private static final Duration END_LIMIT = Duration.ofMinutes(1);
  private static final int KILLED_BY_TERM = 128 + 15;
  private static final int UNDECIDED_MAX = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void onceLoadsChangesVerifiesAndLeavesNothingBehind() throws Exception {
    Path state = folder.resolve("once");
    JsonNode result;
    try (DevProcess dev = DevProcess.start(state, "--once", "--json", "--seconds", "20")) {
      assertEquals(ExitCode.TRUE, dev.awaitEnd(LOAD_LIMIT.plusMinutes(1)), dev::said);
      assertEquals(1, dev.out().lines().count(), dev.out());
      result = JSON.readTree(dev.out());
    }
    assertTrue(result.get("verified").asBoolean(), result::toString);
    assertEquals(0, result.get("differences").asInt(-1), result::toString);
    assertEquals(0, result.get("undecided").asInt(-1), result::toString);
    long rows = 0;
    for (String rollup :
        List.of("workspace_daily", "campaign_daily", "lead_daily", "segment_daily")) {
      assertTrue(result.at("/rollups/" + rollup).asLong() > 0, result::toString);
      rows += result.at("/rollups/" + rollup).asLong();
    }
    assertEquals(rows, result.get("rollupRows").asLong(), result::toString);
    for (String event : List.of("insert", "update", "delete")) {
      assertTrue(result.at("/events/" + event).asLong() > 0, result::toString);
    }
    assertTrue(result.get("operations").size() > 20, result::toString);
    result.get("operations").forEach(count -> assertTrue(count.asLong() >= 10, result::toString));
    assertTrue(result.get("cacheBumps").asLong() > 0, result::toString);
    for (String percentile : List.of("p50", "p95", "p99", "samples")) {
      assertTrue(result.at("/freshnessMs/" + percentile).asLong() > 0, result::toString);
    }
    assertTrue(result.at("/initialLoad/rows").asLong() > 60_000, result::toString);
    assertTrue(result.at("/initialLoad/seconds").asDouble() > 0, result::toString);
    assertTrue(result.get("seed").isNumber(), result::toString);
    assertNothingLeft(state);
    System.out.println("dev --once: " + result);
  }

  @Test
  void aRunningDevFollowsEveryStepAndTheVerbsWorkOnIt() throws Exception {
    Path state = folder.resolve("running");
    try (DevProcess dev = DevProcess.start(state, "--rate", "50").awaitPublished(LOAD_LIMIT)) {
      try (DevWalk walk = new DevWalk(dev)) {
        walk.prepare();
        walk.steps();
        assertEqual(dev);
        verifySaysNoAndNamesWhatDiffers(dev, walk);
        statusIsHealthy(dev);
        theSwitchWorks(dev, walk);
        TopicRecords.assertValid(new Installation(ConfigReader.read(dev.config(), Map.of())));
      }
      aSecondOneIsRefused(state, dev.pid());
      dev.signal("KILL");
      dev.awaitEnd(END_LIMIT);
      assertFalse(DevProcess.runningIn(state).isEmpty(), "the kill was to leave servers behind");
    }
    aKilledOneIsTakenOverAndTermEndsEverything(state);
  }

  private static void verifySaysNoAndNamesWhatDiffers(DevProcess dev, DevWalk walk)
      throws Exception {
    String ours = "workspace_id = '" + walk.kept() + "'";
    try (Connection owner = dev.owner();
        Statement statement = owner.createStatement()) {
      statement.execute(
          """
          CREATE TABLE undo AS SELECT * FROM daybook.workspace_daily_rows WHERE %1$s;
          UPDATE daybook.workspace_daily_rows SET leads_created = 8
          WHERE %1$s AND day = '2026-03-01';
          DELETE FROM daybook.workspace_daily_rows WHERE %1$s AND day = '2026-03-02';
          INSERT INTO daybook.workspace_daily_rows
          SELECT (jsonb_populate_record(u, '{"day": "2026-03-09"}')).*
          FROM undo u WHERE day = '2026-03-01'"""
              .formatted(ours));
      Answer drift = Answer.of("verify", "--json", "--config", dev.config().toString());
      assertEquals(ExitCode.FALSE, drift.code(), drift.out() + drift.err());
      JsonNode found = drift.json();
      assertEquals("drift", found.get("verdict").asText(), drift.out());
      assertEquals(3, found.get("differenceCount").asInt(), drift.out());
      Set<String> seen = new TreeSet<>();
      for (JsonNode each : found.get("differences")) {
        assertEquals("workspace_daily", each.get("rollup").asText(), drift.out());
        assertEquals(walk.kept(), each.at("/key/workspace_id").asText(), drift.out());
        seen.add(
            "%s %s %s %s"
                .formatted(
                    each.at("/key/day").asText(),
                    each.get("column").asText(),
                    each.get("rollupValue").isNull() ? "-" : each.get("rollupValue").asText(),
                    each.get("liveValue").isNull() ? "-" : each.get("liveValue").asText())
                .replaceAll("leads_created=1,.*?( -)?$", "row$1"));
      }
      assertEquals(
          Set.of("2026-03-01 leads_created 8 1", "2026-03-02 * - row", "2026-03-09 * row -"), seen);
      statement.execute(
          """
          DELETE FROM daybook.workspace_daily_rows WHERE %s;
          INSERT INTO daybook.workspace_daily_rows SELECT * FROM undo;
          DROP TABLE undo"""
              .formatted(ours));
    }
    assertEqual(dev);
  }

  /** While the load goes on a hot key may change in every round; that is not for ever. */
  private static void assertEqual(DevProcess dev) throws IOException {
    Answer answer = Answer.of("verify", "--json", "--config", dev.config().toString());
    for (int i = 1; i < UNDECIDED_MAX && verdict(answer).equals("undecided"); i++) {
      answer = Answer.of("verify", "--json", "--config", dev.config().toString());
    }
    assertEquals("equal", verdict(answer), answer.out());
    assertEquals(ExitCode.TRUE, answer.code(), answer.err());
    JsonNode json = answer.json();
    assertTrue(json.get("rowsCompared").asLong() > 1_000, answer.out());
    assertFalse(json.at("/position/lsn").asText().isEmpty(), answer.out());
    assertFalse(json.at("/position/time").asText().isEmpty(), answer.out());
    for (String field : List.of("rechecked", "differenceCount", "excused", "undecided")) {
      assertTrue(json.get(field).isIntegralNumber(), answer.out());
    }
  }

  private static String verdict(Answer answer) throws IOException {
    assertFalse(answer.out().isEmpty(), answer.err());
    return answer.json().get("verdict").asText();
  }

  private static void statusIsHealthy(DevProcess dev) throws IOException {
    Answer answer = Answer.of("status", "--json", "--config", dev.config().toString());
    assertEquals(ExitCode.TRUE, answer.code(), answer.out() + answer.err());
    JsonNode status = answer.json();
    assertTrue(status.get("healthy").asBoolean(), answer.out());
    assertEquals(4, status.get("rollups").size(), answer.out());
    for (JsonNode rollup : status.get("rollups")) {
      assertEquals("running", rollup.get("state").asText(), answer.out());
      assertEquals("rollup", rollup.get("mode").asText(), answer.out());
      assertEquals(1, rollup.get("generation").asInt(), answer.out());
      assertEquals(0, rollup.get("quarantined").asInt(-1), answer.out());
      for (String field : List.of("name", "completeThrough", "completeThroughLsn", "lagMs")) {
        assertTrue(rollup.hasNonNull(field), field + " in " + answer.out());
      }
    }
    assertEquals(8, status.get("stages").size(), answer.out());
    for (JsonNode stage : status.get("stages")) {
      assertTrue(stage.hasNonNull("name") && stage.hasNonNull("lagEvents"), answer.out());
    }
    for (String field : List.of("name", "walStatus", "retainedBytes")) {
      assertTrue(status.get("slot").hasNonNull(field), field + " in " + answer.out());
    }
    assertTrue(status.at("/cache/notesPending").isIntegralNumber(), answer.out());
    assertEquals(0, status.get("problems").size(), answer.out());
  }

  private static void theSwitchWorks(DevProcess dev, DevWalk walk) throws Exception {
    try (Connection reader = dev.superuser()) {
      try (Statement statement = reader.createStatement()) {
        statement.execute("SET ROLE daybook_reader");
      }
      List<String> rollup = read(reader, walk.kept(), "rollup");
      assertEquals(2, rollup.size(), rollup::toString);
      Answer live = Answer.of("mode", "live", "--json", "--config", dev.config().toString());
      assertEquals(ExitCode.TRUE, live.code(), live.err());
      assertEquals("live", live.json().at("/modes/workspace_daily").asText(), live.out());
      assertEquals(rollup, read(reader, walk.kept(), "live"));
      Answer back = Answer.of("mode", "rollup", "--config", dev.config().toString());
      assertEquals(ExitCode.TRUE, back.code(), back.err());
      assertEquals(rollup, read(reader, walk.kept(), "rollup"));
    }
  }

  /** Key columns and measures of all rows, once it was asked that they come from there. */
  private static List<String> read(Connection reader, String workspace, String servedFrom)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    String query =
        """
        SELECT served_from,
               to_jsonb(r) - '{served_from,generation,complete_through,updated_at}'::text[]
        FROM daybook.read_workspace_daily('%s', '2026-03-01', '2026-03-31') r ORDER BY day"""
            .formatted(workspace);
    try (Statement statement = reader.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        assertEquals(servedFrom, row.getString(1));
        rows.add(row.getString(2));
      }
    }
    return rows;
  }

  private static void aSecondOneIsRefused(Path state, long holder) throws Exception {
    try (DevProcess second = DevProcess.start(state)) {
      assertEquals(ExitCode.USAGE, second.awaitEnd(END_LIMIT), second::said);
      assertTrue(second.said().contains("in use by process " + holder), second::said);
      assertTrue(DevProcess.publishedIn(state), "the refused one removed the files of the other");
    }
  }

  private static void aKilledOneIsTakenOverAndTermEndsEverything(Path state) throws Exception {
    try (DevProcess dev = DevProcess.start(state, "--rate", "0").awaitPublished(LOAD_LIMIT)) {
      assertEqual(dev);
      dev.signal("TERM");
      assertEquals(KILLED_BY_TERM, dev.awaitEnd(END_LIMIT), dev::said);
    }
    assertNothingLeft(state);
  }

  private static void assertNothingLeft(Path state) {
    assertEquals(List.of(), DevProcess.runningIn(state));
    assertFalse(DevProcess.publishedIn(state));
  }
}
