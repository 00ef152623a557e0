// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.BrokenEnvironment.Expected;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is broken on real servers is said whole before anything is created, and when the printed
 * remedies are carried out, everything works.
 */
class PreflightIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int AT_A_TIME = 5;

  /**
   * One broker is one copy of every topic; nothing else is less than well on the test's servers.
   */
  private static final String SINGLE_COPY = "kafka/replication";

  @TempDir static Path folder;
  private static PreflightRig rig;

  @BeforeAll
  static void start() throws SQLException {
    rig = PreflightRig.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    rig.close();
  }

  @TestFactory
  Stream<DynamicTest> everythingThatIsBrokenIsSaidAndMendedByWhatIsPrinted() throws IOException {
    List<BrokenEnvironment> all = BrokenEnvironment.all();
    assertTrue(all.size() >= 20, "only " + all.size() + " environments");
    List<DynamicTest> tests = new ArrayList<>();
    Map<PreflightSite, BrokenEnvironment> mended = new LinkedHashMap<>();
    for (BrokenEnvironment each : all) {
      int number = tests.size() + 1;
      tests.add(
          DynamicTest.dynamicTest(each.name(), () -> mended.put(breakAndMend(each, number), each)));
    }
    tests.add(DynamicTest.dynamicTest("All that was mended runs", () -> run(mended)));
    return tests.stream();
  }

  private static PreflightSite breakAndMend(BrokenEnvironment environment, int number)
      throws Exception {
    PreflightSite site = new PreflightSite(rig, environment, number);
    if (environment.migrated()) {
      assertDone(site.call("migrate"));
    }
    site.breakIt();
    var before = site.state();
    List<JsonNode> troubles = troubles(site.call("preflight", "--json"), environment.exit());
    assertSaid(site, environment, troubles);
    PreflightSite.Answer run = site.call("run");
    assertEquals(environment.exit(), run.code(), run.all());
    assertTrue(run.err().contains("preflight: blocked"), run.err());
    assertEquals(before, site.state(), "something was created");

    new PrintedRemedies(site).carryOut(troubles);
    mend(site, environment.mend());
    assertEquals(List.of(), troubles(site.call("preflight", "--json"), ExitCode.TRUE));
    assertDone(site.call("migrate"));
    return site;
  }

  /** Everything that is not ok, but for what never is. */
  private static List<JsonNode> troubles(PreflightSite.Answer answer, int exit) throws IOException {
    assertEquals(exit, answer.code(), answer.all());
    assertEquals(1, answer.out().lines().count(), answer.out());
    JsonNode report = new ObjectMapper().readTree(answer.out());
    assertEquals(exit == ExitCode.TRUE ? "warnings" : "blocked", report.get("verdict").asText());
    List<JsonNode> troubles = new ArrayList<>();
    for (JsonNode check : report.get("checks")) {
      if (!check.get("outcome").asText().equals("ok") && !at(check).equals(SINGLE_COPY)) {
        troubles.add(check);
      }
    }
    return troubles;
  }

  private static String at(JsonNode check) {
    return check.get("system").asText() + "/" + check.get("what").asText();
  }

  private static void assertSaid(
      PreflightSite site, BrokenEnvironment environment, List<JsonNode> troubles) {
    List<JsonNode> left = new ArrayList<>(troubles);
    List<String> unsaid = new ArrayList<>();
    for (Expected expected : environment.expect()) {
      String says = expected.says() == null ? "" : site.named(expected.says());
      boolean said =
          left.stream()
              .filter(
                  check ->
                      at(check).equals(site.named(expected.at()))
                          && check.get("outcome").asText().equals(expected.outcomeOrBlocks())
                          && (check.get("detail").asText() + check.get("remedy").asText())
                              .contains(says))
              .findFirst()
              .map(left::remove)
              .orElse(false);
      if (!said) {
        unsaid.add(expected.toString());
      }
    }
    assertTrue(
        unsaid.isEmpty() && left.isEmpty(), () -> "unsaid: " + unsaid + "\nnot expected: " + left);
    troubles.forEach(check -> assertTrue(!check.get("remedy").asText().isEmpty(), check::toString));
  }

  @SuppressWarnings("unchecked")
  private static void mend(PreflightSite site, BrokenEnvironment.Mend mend) throws IOException {
    if (mend == null) {
      return;
    }
    if (mend.config() != null) {
      site.configure(mend.config());
    }
    if (mend.definitions() instanceof Map<?, ?> files) {
      site.define((Map<String, String>) files);
    } else if (mend.definitions() != null) {
      site.defineWorking();
    }
  }

  private static void assertDone(PreflightSite.Answer answer) {
    assertEquals(ExitCode.TRUE, answer.code(), answer.all());
  }

  /** Some at a time: most of a start is waiting. */
  private static void run(Map<PreflightSite, BrokenEnvironment> mended) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    Map<String, Future<?>> runs = new LinkedHashMap<>();
    mended.forEach(
        (site, environment) ->
            runs.put(environment.name(), threads.submit(() -> run(site, environment.verify()))));
    threads.shutdown();
    List<String> failures = new ArrayList<>();
    for (Map.Entry<String, Future<?>> each : runs.entrySet()) {
      try {
        each.getValue().get(LIMIT.toSeconds() * 3, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        failures.add(each.getKey() + ": " + e.getCause());
      }
    }
    assertEquals(List.of(), failures);
    assertEquals(BrokenEnvironment.all().size(), runs.size());
  }

  /**
   * Runs all roles until the rollup is complete and compared; or, which takes half the time, those
   * without state of their own until row changes are followed.
   */
  private static Void run(PreflightSite site, boolean verify) throws Exception {
    StringWriter err = new StringWriter();
    CompletableFuture<PreflightSite.Answer> answer = new CompletableFuture<>();
    String roles = verify ? "capture,aggregate,sink" : "capture,sink";
    Thread thread =
        new Thread(() -> answer.complete(site.call(err, "run", "--roles", roles)), "run");
    thread.start();
    try {
      long end = System.nanoTime() + LIMIT.toNanos();
      while (!(verify ? complete(site) : follows(site))) {
        assertTrue(!answer.isDone() && System.nanoTime() < end, () -> "does not run: " + err);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
      if (verify) {
        assertDone(site.call("verify"));
      }
    } finally {
      thread.interrupt();
      answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    assertTrue(err.toString().contains("running: capture, "), err.toString());
    site.run(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            + " WHERE database = current_database()");
    return null;
  }

  private static boolean follows(PreflightSite site) throws SQLException {
    return !site.texts(
            "SELECT slot_name FROM pg_replication_slots"
                + " WHERE active AND database = current_database()")
        .isEmpty();
  }

  private static boolean complete(PreflightSite site) throws SQLException {
    return site.texts("SELECT complete_through::text FROM daybook.freshness").stream()
        .allMatch(time -> time != null);
  }
}
