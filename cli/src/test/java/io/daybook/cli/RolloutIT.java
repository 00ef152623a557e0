// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.dev.DevTokens;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.cli.rollout.Rollout;
import io.daybook.cli.rollout.RolloutPacket;
import io.daybook.serve.canary.CanaryReport;
import io.daybook.serve.canary.EndpointResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers are moved to a rollup step by step, or not at all. */
class RolloutIT {
  private static final Duration SOAK = Duration.ofSeconds(1);

  @TempDir static Path folder;
  private static TripSite site;

  @BeforeAll
  static void start() throws Exception {
    DevTokens tokens = new DevTokens();
    site =
        TripSite.start(
            folder,
            "http: {listen: \"127.0.0.1:0\", auth: {secret: \"%s\"}}".formatted(tokens.secret()));
    Files.writeString(folder.resolve("token"), tokens.issue("canary", List.of("*"), false));
  }

  /** As if nobody had ever turned the switch. */
  @BeforeEach
  void forget() throws Exception {
    for (String table : List.of("control", "control_history", "rollout", "shadow")) {
      site.execute("DELETE FROM daybook." + table);
    }
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  /** What both verbs need to know of the server. */
  private static List<String> options(String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--base-url",
                "http://127.0.0.1:" + site.rig().apiPort(),
                "--workspace",
                "red",
                "--token",
                "file:" + folder.resolve("token"),
                "--until",
                "2026-01-31"));
    options.addAll(List.of(more));
    return options;
  }

  private Answer rollout(String... more) {
    List<String> options =
        options(
            "--soak",
            "1s",
            "--cold",
            "2",
            "--warm",
            "2",
            "--out",
            folder.resolve("packet.json").toString());
    options.add(0, "trips_daily");
    options.addAll(List.of(more));
    return site.run("rollout", options.toArray(String[]::new));
  }

  private JsonNode packet() throws Exception {
    return new ObjectMapper().readTree(folder.resolve("packet.json").toFile());
  }

  private String mode() {
    return site.query(
        "SELECT mode || ' ' || coalesce(percent::text, '-') || ' ' || coalesce(others, '-')"
            + " FROM daybook.control WHERE workspace IS NULL");
  }

  @Test
  void aCleanSystemEndsWithEverybodyAtTheRollup() throws Exception {
    Answer done = rollout("--steps", "10,50,100");
    assertEquals(ExitCode.TRUE, done.code(), done.out() + done.err());
    JsonNode packet = packet();
    assertEquals("go", packet.get("verdict").asText());
    assertEquals(
        List.of("shadow", "10 %", "50 %", "100 %"),
        packet.get("steps").valueStream().map(each -> each.get("name").asText()).toList());
    for (JsonNode step : packet.get("steps")) {
      assertEquals("equal", step.at("/verification/verdict").asText());
      assertEquals(0, step.at("/shadow/mismatched").asInt());
      assertEquals("running", step.get("state").asText());
      assertEquals(0, step.get("reasons").size());
    }
    assertTrue(packet.at("/steps/0/shadow/compared").asInt() > 0, packet::toString);
    assertEquals("live", packet.at("/steps/0/canary/endpoints/0/samples/0/source").asText());
    assertEquals("rollup", packet.at("/steps/1/canary/endpoints/0/samples/0/source").asText());
    assertEquals("rollup - -", mode());
    assertEquals("1", site.query("SELECT count(*) FROM daybook.control"));
  }

  @Test
  void aWrongRowIsNamedAndNobodyGetsIt() throws Exception {
    site.execute(
        "UPDATE daybook.trips_daily_rows_g1 SET trips = 77"
            + " WHERE workspace_id = 'red' AND day = '2026-01-10'");
    Answer stopped = rollout();
    assertEquals(ExitCode.FALSE, stopped.code(), stopped.out() + stopped.err());
    JsonNode packet = packet();
    assertEquals("no-go", packet.get("verdict").asText());
    assertEquals(1, packet.get("steps").size());
    String reason = packet.get("reason").asText();
    assertTrue(
        reason.startsWith("shadow: differences: 1, the first in")
            && reason.contains("workspace_id=red")
            && reason.contains("rollup 77"),
        reason);
    assertTrue(stopped.out().contains(reason), stopped.out());
    assertEquals("shadow - -", mode());
    site.succeed("refresh", "trips_daily", "--workspace", "red");
  }

  @Test
  void whatWasCutOffGoesOnAndCanBeLetGoOf() throws Exception {
    List<String> said = new ArrayList<>();
    List<Integer> steps = List.of(20, 100);
    Rollout cut =
        new Rollout(
            site.rig().installation(),
            "trips_daily",
            (mode, step) -> {
              throw new InterruptedException("cut off");
            },
            said::add,
            packet -> {});
    assertThrows(InterruptedException.class, () -> cut.run("red", steps, SOAK, "test"));
    assertEquals("shadow - -", mode());

    assertEquals(ExitCode.USAGE, rollout("--steps", "30,100").code(), "another one");
    Answer goesOn = rollout("--steps", "20,100");
    assertEquals(ExitCode.TRUE, goesOn.code(), goesOn.out() + goesOn.err());
    assertEquals("test", packet().get("version").asText(), "the one that was begun");

    assertThrows(InterruptedException.class, () -> cut.run("red", steps, SOAK, "test"));
    site.succeed("mode", "live", "trips_daily", "--reason", "wrong totals");
    Answer turned = rollout("--steps", "20,100");
    assertEquals(ExitCode.FALSE, turned.code(), turned.out() + turned.err());
    assertTrue(packet().get("reason").asText().endsWith(": wrong totals"), () -> turned.out());
    assertEquals("live - -", mode(), "who turns the switch is right");

    assertThrows(InterruptedException.class, () -> cut.run("red", steps, SOAK, "test"));
    Answer aborted = site.run("rollout", "trips_daily", "--abort", "--json");
    assertEquals(ExitCode.TRUE, aborted.code(), aborted.out() + aborted.err());
    assertEquals(RolloutPacket.ABORTED, aborted.json().get("verdict").asText());
    assertEquals("live - -", mode());
    assertThrows(
        RefusedByState.class,
        () ->
            new Rollout(site.rig().installation(), "trips_daily", null, said::add, packet -> {})
                .abort());
    assertEquals(ExitCode.USAGE, rollout("--steps", "50,10,100").code());
    assertEquals(ExitCode.USAGE, rollout("--steps", "10,50").code());
    Answer shown = site.succeed("rollout", "trips_daily", "--show", "--json");
    assertEquals(RolloutPacket.ABORTED, shown.json().get("verdict").asText());
  }

  /** Something is done while a step is being measured. */
  private RolloutPacket disturbed(int atStep, String... verb) throws Exception {
    Rollout rollout =
        new Rollout(
            site.rig().installation(),
            "trips_daily",
            (mode, step) -> {
              if (step == atStep) {
                site.succeed(verb[0], Arrays.copyOfRange(verb, 1, verb.length));
              }
              return new CanaryReport(
                  "", "red", mode, 1, step, null, 1, null, null, EndpointResult.GO, List.of());
            },
            line -> {},
            packet -> {});
    site.execute(
        "INSERT INTO daybook.shadow (rollup, generation, workspace, first_day, last_day, live_ms,"
            + " rollup_ms, rows, mismatches, read_at)"
            + " VALUES ('trips_daily', 1, 'red', '2026-01-01', '2026-01-02', 1, 1, 1, 0,"
            + " now() + interval '1 min')");
    return rollout.run("red", List.of(10, 100), Duration.ZERO, "test");
  }

  @Test
  void whoeverElseTurnsTheSwitchIsRight() throws Exception {
    RolloutPacket last = disturbed(2, "mode", "shadow", "trips_daily", "--reason", "the last step");
    assertEquals(RolloutPacket.NO_GO, last.verdict());
    assertTrue(last.reason().endsWith(": the last step"), last.reason());
    assertEquals("shadow - -", mode());

    site.succeed("mode", "default", "trips_daily", "--workspace", "red");
    RolloutPacket own =
        disturbed(1, "mode", "live", "trips_daily", "--workspace", "red", "--reason", "mine");
    assertEquals(RolloutPacket.NO_GO, own.verdict());
    assertTrue(
        own.reason().startsWith("the switch of workspace 'red' was turned meanwhile to live"),
        own.reason());
    assertEquals("live", own("red"));
    assertEquals(
        ExitCode.USAGE, rollout().code(), "it has a mode of its own, that somebody else has set");
    site.succeed("mode", "default", "trips_daily", "--workspace", "red");

    RolloutPacket aborted = disturbed(1, "rollout", "trips_daily", "--abort");
    assertEquals(RolloutPacket.ABORTED, aborted.verdict());
    assertEquals("live - -", mode());
    assertEquals("", own("red"));
  }

  private String own(String workspace) {
    return site.query(
        "SELECT coalesce(string_agg(mode, ','), '') FROM daybook.control WHERE workspace = '"
            + workspace
            + "'");
  }

  private Answer compare(String... more) {
    List<String> options = options("--compare", "live,rollup", "--json");
    options.addAll(List.of(more));
    return site.run("canary", options.toArray(String[]::new));
  }

  @Test
  void bothModesAreComparedAndTheSwitchIsAsItWas() throws Exception {
    site.succeed(
        "mode", "live", "trips_daily", "--workspace", "red", "--reason", "anna has her reasons");
    Answer compared = compare("--cold", "2", "--warm", "2");
    assertEquals(ExitCode.TRUE, compared.code(), compared.out() + compared.err());
    assertEquals("not-needed", compared.json().at("/decisions/0/precompute").asText());
    assertEquals("live", compared.json().at("/live/endpoints/0/samples/0/source").asText());
    assertEquals("rollup", compared.json().at("/rollup/endpoints/0/samples/0/source").asText());
    assertEquals(
        "live anna has her reasons",
        site.query("SELECT mode || ' ' || reason FROM daybook.control WHERE workspace = 'red'"));
    site.succeed("mode", "default", "trips_daily", "--workspace", "red");

    // One that was killed has left its mode; it is not taken for what was there before.
    site.succeed(
        "mode", "live", "trips_daily", "--workspace", "red", "--reason", "canary --compare");
    assertEquals(ExitCode.TRUE, compare("--cold", "1", "--warm", "1").code());
    assertEquals("", own("red"));
  }

  @Test
  void theKillSwitchEndsAComparison() throws Exception {
    WorkspaceModes modes = new WorkspaceModes(site.rig().installation(), "red");
    RefusedByState refused =
        assertThrows(
            RefusedByState.class,
            () ->
                modes.compare(
                    mode -> {
                      site.succeed("mode", "live", "trips_daily", "--reason", "wrong totals");
                      return null;
                    }));
    assertTrue(refused.getMessage().contains("was turned meanwhile"), refused.getMessage());
    assertEquals("live - -", mode());
    assertEquals("", own("red"));
  }
}
