// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.cli.DaybookProcess;
import io.daybook.cli.ExitCode;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.topic.TopicAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What an operator does with servers of their own: migrate, run while the application works,
 * verify, stop, uninstall; and then looks whether anything is left on them.
 *
 * @param source whose tables are captured
 * @param target where the rollups are; may be the same server
 * @param targetDatabase on it; may be {@link #SOURCE_DATABASE}
 */
record Walk(
    Postgres source,
    Postgres target,
    String targetDatabase,
    Broker broker,
    DebianRedis redis,
    List<String> jvmOptions,
    Path folder) {
  static final String SOURCE_DATABASE = "app";
  private static final String OWNER = "app_owner";
  private static final Duration BUILT_WITHIN = Duration.ofMinutes(2);
  private static final Duration END_WITHIN = Duration.ofSeconds(20);
  private static final int LOAD_SECONDS = 8;

  private static final String SELECT =
      """
      SELECT t.name AS workspace_id, e.booked::date AS day, a.kind, count(*) AS entries,
             sum(e.amount) AS amount, count(e.note) FILTER (WHERE e.amount > 0) AS noted
      FROM entry e JOIN account a ON a.id = e.account JOIN team t ON t.id = a.team
      GROUP BY 1, 2, 3
      """;

  /** All roles in one process. */
  static final List<String> TOGETHER = List.of("capture,aggregate,sink");

  /** A process for each role. */
  static final List<String> SPLIT = List.of("capture", "aggregate", "sink");

  void with(List<String> roles) throws Exception {
    createDatabases();
    try {
      Map<String, DaybookProcess.Place> places = places(roles);
      DaybookProcess.Place operator = places.get("operator");
      if (inOneDatabase()) {
        migrateByHand(operator);
      }
      operator.run(ExitCode.TRUE, "migrate");
      assertEquals(
          0, operator.json(ExitCode.TRUE, "migrate", "--dry-run", "--json").get("steps").size());
      runAndVerify(roles, places);
      JsonNode removed = operator.json(ExitCode.TRUE, "uninstall", "--yes", "--json");
      assertEquals(0, removed.get("left").size(), removed::toString);
      assertNothingIsLeft();
    } finally {
      dropDatabases();
    }
  }

  /** What the dry run prints is a script for psql, after which only topics are missing. */
  private void migrateByHand(DaybookProcess.Place operator) throws Exception {
    Path script = folder.resolve("migrate.sql");
    Files.writeString(script, operator.run(ExitCode.TRUE, "migrate", "--dry-run"));
    String psql = Servers.required("/usr/bin/psql").toString();
    String uri = source.uri(OWNER, SOURCE_DATABASE);
    Servers.run(
        folder.resolve("psql.log"),
        List.of(psql, "-X", "-v", "ON_ERROR_STOP=1", "-d", uri, "-f", script.toString()));
    JsonNode rest = operator.json(ExitCode.TRUE, "migrate", "--dry-run", "--json").get("steps");
    rest.forEach(step -> assertTrue(step.asText().startsWith("topic "), rest::toString));
  }

  private void runAndVerify(List<String> roles, Map<String, DaybookProcess.Place> places)
      throws Exception {
    DaybookProcess.Place operator = places.get("operator");
    List<DaybookProcess> running = new ArrayList<>();
    try {
      for (String each : roles) {
        running.add(places.get(each).start("run", "--roles", each));
      }
      awaitBuilt(running);
      try (BusyApplication application = new BusyApplication(source, OWNER, SOURCE_DATABASE)) {
        application.workFor(Duration.ofSeconds(LOAD_SECONDS));
      }
      JsonNode verdict = operator.json(ExitCode.TRUE, "verify", "--json");
      assertEquals("equal", verdict.get("verdict").asText(), verdict::toString);
      awaitHealthy(operator, running);
      for (DaybookProcess each : running) {
        assertEquals(ExitCode.TRUE, each.terminate(END_WITHIN), each::said);
      }
    } finally {
      for (DaybookProcess each : running) {
        each.close();
      }
    }
  }

  private void awaitBuilt(List<DaybookProcess> running) throws Exception {
    long deadline = System.nanoTime() + BUILT_WITHIN.toNanos();
    while (!target
        .one(
            OWNER,
            targetDatabase,
            "SELECT bool_and(complete_through IS NOT NULL) FROM daybook.freshness")
        .equals("t")) {
      running.forEach(DaybookProcess::requireAlive);
      if (System.nanoTime() > deadline) {
        StringBuilder said = new StringBuilder();
        running.forEach(each -> said.append(each.said()));
        throw new AssertionError("not built within " + BUILT_WITHIN + ": " + said);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** No problem, and no workspace that still waits for its increment in Redis. */
  private static void awaitHealthy(DaybookProcess.Place operator, List<DaybookProcess> running)
      throws Exception {
    long deadline = System.nanoTime() + BUILT_WITHIN.toNanos();
    while (true) {
      try (DaybookProcess status = operator.start("status", "--json")) {
        int code = status.awaitEnd(END_WITHIN);
        if (code == ExitCode.TRUE && status.said().contains("\"notesPending\":0")) {
          return;
        }
        if (System.nanoTime() > deadline) {
          StringBuilder said = new StringBuilder(status.said());
          running.forEach(each -> said.append(each.said()));
          throw new AssertionError("not healthy: " + said);
        }
      }
    }
  }

  private void createDatabases() throws Exception {
    for (Postgres each : servers()) {
      each.execute(
          Postgres.SUPERUSER,
          "postgres",
          "CREATE ROLE "
              + OWNER
              + " LOGIN REPLICATION CREATEROLE PASSWORD '"
              + Postgres.PASSWORD
              + "'");
    }
    source.execute(Postgres.SUPERUSER, "postgres", "CREATE DATABASE app OWNER " + OWNER);
    source.execute(OWNER, SOURCE_DATABASE, BusyApplication.TABLES);
    if (!inOneDatabase()) {
      target.execute(
          Postgres.SUPERUSER, "postgres", "CREATE DATABASE " + targetDatabase + " OWNER " + OWNER);
    }
  }

  private Set<Postgres> servers() {
    return new LinkedHashSet<>(List.of(source, target));
  }

  private boolean inOneDatabase() {
    return target == source && targetDatabase.equals(SOURCE_DATABASE);
  }

  private void dropDatabases() throws Exception {
    source.execute(
        Postgres.SUPERUSER,
        "postgres",
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
    source.execute(Postgres.SUPERUSER, "postgres", "DROP DATABASE app WITH (FORCE)");
    if (!inOneDatabase()) {
      target.execute(
          Postgres.SUPERUSER, "postgres", "DROP DATABASE " + targetDatabase + " WITH (FORCE)");
    }
    for (Postgres each : servers()) {
      each.execute(
          Postgres.SUPERUSER,
          "postgres",
          "DROP ROLE IF EXISTS " + String.join(", ", DaybookSchema.ROLES),
          "DROP ROLE " + OWNER);
    }
  }

  /** A folder for each process, as on a machine of its own; {@code operator} is for the verbs. */
  private Map<String, DaybookProcess.Place> places(List<String> roles) throws IOException {
    Path rollup = Files.createDirectories(folder.resolve("rollups/team_daily"));
    Files.writeString(rollup.resolve("entries.sql"), SELECT);
    List<String> names = new ArrayList<>(roles);
    names.add("operator");
    Map<String, DaybookProcess.Place> places = new LinkedHashMap<>();
    for (String name : names) {
      Path home = Files.createDirectories(folder.resolve("home-" + name));
      Files.write(home.resolve("daybook.yaml"), configuration(rollup.getParent()));
      places.put(name, new DaybookProcess.Place(home, jvmOptions));
    }
    return places;
  }

  private List<String> configuration(Path rollups) {
    List<String> lines = new ArrayList<>();
    lines.add("source.uri: " + source.uri(OWNER, SOURCE_DATABASE));
    // Another name of the same address: one database all the same.
    lines.add("target.uri: " + target.uri(OWNER, targetDatabase).replace("localhost", "127.0.0.1"));
    lines.add("redis.uri: " + redis.uri());
    lines.add("rollups: " + rollups);
    lines.add("partitions: 2");
    broker
        .clients()
        .forEach(
            (name, value) ->
                lines.add(
                    "kafka."
                        + (name.equals("bootstrap.servers") ? "bootstrap-servers" : name)
                        + ": '"
                        + value
                        + "'"));
    return lines;
  }

  private void assertNothingIsLeft() throws Exception {
    assertNothingIsLeft(source, SOURCE_DATABASE);
    assertNothingIsLeft(target, targetDatabase);
    try (TopicAdmin admin = new TopicAdmin(broker.clients())) {
      assertEquals(Set.of(), admin.startingWith(List.of("daybook")));
      assertEquals(List.of(), List.copyOf(admin.client().listGroups().all().get()));
    }
  }

  private static void assertNothingIsLeft(Postgres server, String database) throws Exception {
    assertEquals(
        "0 slots, 0 publications, 0 schemas, 0 roles",
        server.one(
            Postgres.SUPERUSER,
            database,
            """
            SELECT format('%s slots, %s publications, %s schemas, %s roles',
              (SELECT count(*) FROM pg_replication_slots),
              (SELECT count(*) FROM pg_publication),
              (SELECT count(*) FROM pg_namespace WHERE nspname = 'daybook'),
              (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'daybook%'))"""));
  }
}
