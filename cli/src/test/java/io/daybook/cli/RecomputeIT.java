// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code daybook recompute}: another generation, from its beginning to the last thing it leaves.
 */
class RecomputeIT {
  private static final String DDL =
      """
      CREATE TABLE trip (id int PRIMARY KEY, fleet text, ended date, km int);
      INSERT INTO trip
      SELECT n, CASE n % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'blue' ELSE 'green' END,
             date '2026-01-01' + n % 40, n
      FROM generate_series(1, 2000) n""";

  private static final String SELECT =
      """
      SELECT t.fleet AS workspace_id, t.ended AS day, count(*) AS trips, sum(t.km) AS km
      FROM trip t GROUP BY 1, 2""";

  @TempDir Path folder;
  private PipelineRig rig;

  private void start(String settings) throws Exception {
    Path rollups = Files.createDirectories(folder.resolve("rollups/trips_daily"));
    Files.writeString(rollups.resolve("trips.sql"), SELECT);
    rig = PipelineRig.start(folder, DDL, rollups.getParent(), settings);
    rig.migrate();
    rig.startRoles(false);
    awaitRunning();
  }

  @AfterEach
  void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void readersGetTheNextGenerationAndMayHaveTheOneBeforeBack() throws Exception {
    start("recompute.keep: 1h");
    execute("UPDATE trip SET fleet = 'blue' WHERE id % 100 = 0", "DELETE FROM trip WHERE id = 7");
    assertEqual();
    long version = version("green");
    Answer dry = recompute("--dry-run");
    assertEquals(ExitCode.TRUE, dry.code(), dry.err());
    assertTrue(dry.err().contains("generation 2 would be built"), dry.err());

    Answer waited = recompute("--wait", "--json");
    assertEquals(ExitCode.TRUE, waited.code(), waited.err());
    assertTrue(waited.out().contains("\"generation\":2,\"phase\":\"current\""), waited.out());
    assertEquals("2", query("SELECT generation FROM daybook.current_generation"));
    assertEqual();
    rig.await("a new version", () -> version("green") > version);
    execute("UPDATE trip SET km = km + 1 WHERE id % 50 = 0");
    assertEqual();
    rig.await("the one before frozen", () -> members("it-aggregate-trips_daily-g1") == 0);
    rig.await("its sink, too", () -> members("it-sink-trips_daily-g1") == 0);

    long before = version("green");
    Answer back = recompute("--rollback");
    assertEquals(ExitCode.TRUE, back.code(), back.err());
    assertEquals("1", query("SELECT generation FROM daybook.current_generation"));
    rig.await("a new version", () -> version("green") > before);
    awaitRunning();
    assertEqual();
    assertEquals(ExitCode.TRUE, recompute("--rollback").code());
    assertEquals("2", query("SELECT generation FROM daybook.current_generation"));
    awaitRunning();
    assertEqual();
  }

  @Test
  void whatIsLetGoOfLeavesNothing() throws Exception {
    start("recompute.keep: 0ms");
    Answer ready = recompute("--wait", "--no-swap");
    assertEquals(ExitCode.TRUE, ready.code(), ready.err());
    assertTrue(ready.err().contains("verified, and waits"), ready.err());
    assertEquals("1", query("SELECT generation FROM daybook.current_generation"));
    assertEquals(ExitCode.TRUE, recompute("--abort").code());
    assertEquals(ExitCode.FALSE, recompute("--abort").code());
    awaitNothingButGeneration(1);

    Answer third = recompute("--wait");
    assertEquals(ExitCode.TRUE, third.code(), third.err());
    assertTrue(third.err().contains("generation 3 of trips_daily"), third.err());
    awaitNothingButGeneration(3);
    execute("INSERT INTO trip VALUES (9001, 'red', '2026-02-01', 5)");
    assertEqual();
    assertEquals(ExitCode.FALSE, recompute("--rollback").code());

    rig.stopRoles();
    rig.migrate();
    assertEquals(3, rig.rollups().get(0).generation());
    rig.startRoles(false);
    awaitRunning();
    assertEqual();
    awaitNothingButGeneration(3);
  }

  private void awaitNothingButGeneration(int number) throws Exception {
    try {
      rig.await(
          "nothing but generation " + number,
          () -> left().stream().allMatch(each -> each.endsWith("g" + number)));
    } catch (AssertionError e) {
      throw new AssertionError("left: " + left(), e);
    }
    assertEquals(6, left().size(), left().toString());
  }

  /** Topics, groups, tables and folders of generations, cut after the number of theirs. */
  private Set<String> left() {
    Set<String> left = new TreeSet<>();
    try (TopicAdmin admin = new TopicAdmin(rig.installation().config().kafka())) {
      admin.startingWith(List.of("it.rollup.", "it-aggregate-")).stream()
          .map(name -> "topic " + name.replaceFirst("(-g\\d+)-.*", "$1"))
          .forEach(left::add);
      admin.client().listConsumerGroups().all().get().stream()
          .map(group -> "group " + group.groupId())
          .filter(name -> name.contains("-g"))
          .forEach(left::add);
      for (String table :
          queries("SELECT relname FROM pg_class WHERE relname ~ '_rows_g[0-9]+$'")) {
        left.add("table " + table);
      }
      Path state = rig.stack().streamsStateDir();
      try (Stream<Path> folders = Files.list(state)) {
        folders.forEach(each -> left.add("folder " + each.getFileName()));
      }
      return left;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Answer recompute(String... options) {
    List<String> arguments = new ArrayList<>(List.of("recompute"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--config", folder.resolve("daybook.yaml").toString()));
    return Answer.of(arguments.toArray(String[]::new));
  }

  private void awaitRunning() throws InterruptedException {
    rig.await(
        "the rollup",
        () ->
            query("SELECT served_from || ' ' || reason FROM daybook.source_of_trips_daily('red')")
                .equals("rollup running"));
  }

  private void assertEqual() throws Exception {
    Verification verification = rig.verify();
    assertEquals(Verdict.EQUAL, verification.verdict(), verification.toString());
  }

  private int members(String group) {
    try (TopicAdmin admin = new TopicAdmin(rig.installation().config().kafka())) {
      return admin
          .client()
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members()
          .size();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private long version(String workspace) {
    try (redis.clients.jedis.Jedis redis =
        new redis.clients.jedis.Jedis(rig.installation().config().redis())) {
      String version = redis.get("analytics:v1:ver:" + workspace);
      return version == null ? 0 : Long.parseLong(version);
    }
  }

  private String query(String sql) {
    try {
      return queries(sql).get(0);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> queries(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }
}
