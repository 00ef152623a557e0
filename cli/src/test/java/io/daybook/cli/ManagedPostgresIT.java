// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.schemas.topic.TopicAdmin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * A Postgres as clouds manage it: nobody is superuser, the tables have an owner who runs nothing of
 * ours, and roles are created by somebody else. On the way every password is one word, and no file
 * or terminal ever shows it.
 */
class ManagedPostgresIT {
  private static final String SECRET = "Marker0of1the2secret";
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  private static final String DATABASE_OWNER = "the owner of the database (db_owner)";
  private static final String ROLE_ADMIN = "a role that may create roles";
  private static final String TABLE_OWNER = "the owner of the tables (app_owner)";
  private static final String SCHEMA_OWNER = "the owner of the schema (app_owner)";
  private static final String TARGET_USER = "the target's user (rollup_owner)";
  private static final String PUBLICATION_OWNER = "the owner of the publication (app_owner)";

  /** Who stands for whom that the parts name. */
  private static final Map<String, String> RUNNERS =
      Map.of(
          DATABASE_OWNER, "db_owner",
          ROLE_ADMIN, "cloud_admin",
          TABLE_OWNER, "app_owner",
          SCHEMA_OWNER, "app_owner",
          TARGET_USER, "rollup_owner",
          PUBLICATION_OWNER, "app_owner");

  private static final String ROLES =
      """
      CREATE ROLE cloud_admin LOGIN CREATEROLE;
      CREATE ROLE db_owner LOGIN;
      CREATE ROLE app_owner LOGIN;
      CREATE ROLE replicator LOGIN REPLICATION PASSWORD 'S';
      CREATE ROLE rollup_owner LOGIN PASSWORD 'S';
      CREATE ROLE rollup_writer LOGIN PASSWORD 'S';
      CREATE ROLE api LOGIN;
      """
          .replace("'S'", "'" + SECRET + "'");

  private static final String TABLES =
      """
      CREATE TABLE app.account (id int PRIMARY KEY, team text NOT NULL);
      CREATE TABLE app.entry (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int REFERENCES app.account,
        booked timestamp NOT NULL, amount numeric(12,2));
      GRANT USAGE ON SCHEMA app TO replicator;
      INSERT INTO app.account SELECT n, 'team ' || n % 4 FROM generate_series(1, 20) n;
      INSERT INTO app.entry (account, booked, amount)
      SELECT n % 20 + 1, timestamp '2026-01-01' + n * interval '1 hour', n / 7.0
      FROM generate_series(1, 500) n;
      """;

  private static final String SELECT =
      """
      SELECT a.team AS workspace_id, e.booked::date AS day, count(*) AS entries,
             sum(e.amount) AS amount
      FROM app.entry e JOIN app.account a ON a.id = e.account GROUP BY 1, 2
      """;

  @TempDir Path folder;

  private EmbeddedStack stack;
  private DaybookProcess.Place place;

  @Test
  @Tag("faults")
  void everyPartIsRunByWhoItNamesAndByNobodyElse() throws Exception {
    try (EmbeddedStack servers = EmbeddedStack.start(StackSettings.in(folder.resolve("stack")))) {
      stack = servers;
      prepare();
      assertThePlanIsInParts();
      assertMigrateRefusesAndChangesNothing();
      runParts("migrate", "--dry-run", "--json");
      JsonNode rest = place.json(ExitCode.TRUE, "migrate", "--json");
      rest.get("steps")
          .forEach(step -> assertTrue(step.asText().startsWith("topic "), rest::toString));
      JsonNode nothing = place.json(ExitCode.TRUE, "migrate", "--dry-run", "--json");
      assertEquals(0, nothing.get("steps").size(), nothing::toString);
      assertItWorks();
      assertUninstallNamesWhatIsLeft();
      assertNothingIsLeft();
      assertNoFileHoldsTheSecret();
    }
  }

  private void prepare() throws Exception {
    as("postgres", "postgres", ROLES);
    as("postgres", "postgres", "CREATE DATABASE app OWNER db_owner");
    as("postgres", "app", "CREATE SCHEMA app AUTHORIZATION app_owner");
    as("app_owner", "app", TABLES);
    try (Jedis redis = new Jedis(stack.host(), stack.redisPort())) {
      redis.configSet("requirepass", SECRET);
    }
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(
        Files.createDirectories(home.resolve("rollups/team_daily")).resolve("entries.sql"), SELECT);
    Files.writeString(home.resolve("redis.secret"), redisUri());
    Files.write(
        home.resolve("daybook.yaml"),
        List.of(
            "source.uri: " + uri("replicator"),
            "target.uri: " + uri("rollup_owner").replace(stack.host(), "localhost"),
            "sink.uri: " + uri("rollup_writer"),
            "kafka.bootstrap-servers: " + stack.kafkaBootstrap(),
            "kafka.sasl.jaas.config: 'x required password=\"" + SECRET + "\";'",
            "kafka.ssl.key.password: " + SECRET,
            "streams.consumer.ssl.truststore.password: " + SECRET,
            "redis.uri: file:" + home.resolve("redis.secret"),
            "rollups: rollups",
            "partitions: 2"));
    place =
        new DaybookProcess.Place(
            home, List.of("-Ddaybook.log.kafka=INFO", "-Ddaybook.logs=" + home.resolve("logs")));
  }

  private void assertThePlanIsInParts() throws Exception {
    JsonNode plan = place.json(ExitCode.TRUE, "migrate", "--dry-run", "--json");
    List<String> runners = new ArrayList<>();
    for (JsonNode part : plan.get("parts")) {
      runners.add(part.get("runner").asText());
      assertEquals(
          part.get("runner").asText().equals(TARGET_USER),
          part.get("yours").asBoolean(),
          part::toString);
    }
    assertEquals(
        List.of(DATABASE_OWNER, ROLE_ADMIN, DATABASE_OWNER, TABLE_OWNER, SCHEMA_OWNER, TARGET_USER),
        runners);
    String text = place.run(ExitCode.TRUE, "migrate", "--dry-run");
    for (String line :
        List.of(
            "-- As " + TABLE_OWNER + ", in 127.0.0.1:" + stack.postgresPort() + "/app",
            "CREATE PUBLICATION \"daybook\" FOR TABLE \"app\".\"account\", \"app\".\"entry\"",
            "GRANT SELECT ON \"app\".\"entry\" TO \"replicator\";",
            "GRANT SELECT ON \"app\".\"entry\" TO \"rollup_owner\";",
            "GRANT daybook_sink TO \"rollup_writer\";",
            "GRANT CREATE ON DATABASE \"app\" TO \"rollup_owner\";",
            "GRANT CREATE ON DATABASE \"app\" TO \"app_owner\";")) {
      assertTrue(text.contains(line), line + " in " + text);
    }
  }

  private void assertMigrateRefusesAndChangesNothing() throws Exception {
    try (DaybookProcess refused = place.start("migrate")) {
      assertEquals(ExitCode.USAGE, refused.awaitEnd(Duration.ofMinutes(1)), refused::said);
      assertTrue(refused.said().contains("CREATE ROLE daybook_sink NOLOGIN;"), refused.said());
      assertFalse(refused.said().contains("CREATE TABLE"), refused.said());
    }
    assertNothingIsLeft();
  }

  /** Runs every part as the user that it names, after others have tried in vain. */
  private JsonNode runParts(String... verb) throws Exception {
    JsonNode parts = place.json(verb[0].equals("uninstall") ? ExitCode.FALSE : ExitCode.TRUE, verb);
    JsonNode list = parts.has("parts") ? parts.get("parts") : parts.get("left");
    for (JsonNode part : list) {
      List<String> sql = new ArrayList<>();
      part.get("sql").forEach(each -> sql.add(each.asText()));
      String runner = RUNNERS.get(part.get("runner").asText());
      // Whoever may create in the database could make the schema too; it would be theirs then.
      Set<String> others =
          runner.equals("rollup_owner")
              ? Set.of("replicator")
              : Set.of("replicator", "rollup_owner", "rollup_writer");
      for (String other : others) {
        assertMayNot(other, sql.get(0));
      }
      as(runner, "app", String.join("\n", sql));
    }
    return parts;
  }

  /** Postgres refuses, or grants nothing and warns. */
  private void assertMayNot(String user, String sql) throws SQLException {
    String state;
    try (Connection connection = connect(user, "app");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      state = statement.getWarnings() == null ? "none" : statement.getWarnings().getSQLState();
    } catch (SQLException e) {
      state = e.getSQLState();
    }
    assertTrue(Set.of("42501", "01007").contains(state), user + " may run " + sql + ": " + state);
  }

  private void assertItWorks() throws Exception {
    try (DaybookProcess run = place.start("run")) {
      DevProcess.await(
          Duration.ofMinutes(2),
          "the rollup to run",
          () -> {
            run.requireAlive();
            return one("rollup_owner", "SELECT complete_through IS NOT NULL FROM daybook.freshness")
                .equals("t");
          });
      as(
          "app_owner",
          "app",
          "DELETE FROM app.entry WHERE id % 3 = 0; UPDATE app.account SET team ="
              + " 'moved' WHERE id = 7; INSERT INTO app.entry (account, booked, amount) VALUES (7, '2026-02-01', 5)");
      assertEquals(
          "equal",
          place.json(ExitCode.TRUE, "verify", "--json").get("verdict").asText().toLowerCase());
      as("cloud_admin", "app", "GRANT daybook_reader TO api");
      String read =
          "SELECT served_from || ' ' || sum(entries) || ' ' || sum(amount)"
              + " FROM daybook.read_team_daily('moved', '2026-01-01', '2026-12-31') GROUP BY served_from";
      String rollup = one("api", read);
      assertTrue(rollup.startsWith("rollup "), rollup);
      place.run(ExitCode.TRUE, "mode", "live");
      assertEquals(rollup.replace("rollup", "live"), one("api", read));
      assertEquals(ExitCode.USAGE, uninstallWhileItRuns());
      assertEquals(ExitCode.TRUE, run.terminate(END_LIMIT), run::said);
      assertItSpokeForItself(run.said());
    }
    try (DaybookProcess verify = place.start("verify", "--catch-up", "1")) {
      assertEquals(ExitCode.FALSE, verify.awaitEnd(Duration.ofMinutes(1)), verify::said);
      assertTrue(
          verify.said().contains("Nothing reads from the slot daybook: is 'daybook run' running?"),
          verify.said());
      assertTrue(verify.said().contains("after 1 s: nothing was compared"), verify.said());
    }
    try (Jedis redis = new Jedis(stack.host(), stack.redisPort())) {
      redis.auth(SECRET);
      assertTrue(Long.parseLong(redis.get("analytics:v1:ver:moved")) > 0);
    }
  }

  /** What happened stands on the terminal, and nothing that only libraries care about. */
  private static void assertItSpokeForItself(String said) {
    for (String line :
        List.of(
            "running: capture, aggregate, sink",
            "reading all tables (epoch 1)",
            "all tables read: 520 rows in",
            "team_daily: building",
            "team_daily: building → running",
            "stopped")) {
      assertTrue(said.contains(line), line + " in " + said);
    }
    List<String> ofOthers =
        said.lines().filter(line -> line.matches(".* (WARN|INFO) ++(?!i\\.d\\.).*")).toList();
    assertEquals(List.of(), ofOthers);
  }

  private int uninstallWhileItRuns() throws Exception {
    try (DaybookProcess uninstall = place.start("uninstall", "--yes")) {
      int code = uninstall.awaitEnd(Duration.ofMinutes(1));
      assertTrue(uninstall.said().contains("stop 'daybook run' first"), uninstall.said());
      assertTrue(
          uninstall.said().contains("daybook-capture-daybook on 127.0.0.1, served by the Postgres"),
          uninstall.said());
      return code;
    }
  }

  private void assertUninstallNamesWhatIsLeft() throws Exception {
    assertItIsSaidBefore();
    JsonNode revocable = runParts("uninstall", "--yes", "--json").get("revocable");
    List<String> revoked = new ArrayList<>();
    for (JsonNode part : revocable) {
      for (JsonNode sql : part.get("sql")) {
        revoked.add(sql.asText());
        as(RUNNERS.get(part.get("runner").asText()), "app", sql.asText());
      }
    }
    assertTrue(
        revoked.containsAll(
            List.of(
                "REVOKE SELECT ON app.entry FROM replicator;",
                "REVOKE SELECT ON app.entry FROM rollup_owner;",
                "REVOKE USAGE ON SCHEMA app FROM rollup_owner;",
                "REVOKE CREATE ON DATABASE app FROM app_owner;",
                "REVOKE CREATE ON DATABASE app FROM rollup_owner;")),
        revoked::toString);
    JsonNode again = place.json(ExitCode.TRUE, "uninstall", "--yes", "--json");
    assertEquals(0, again.get("left").size(), again::toString);
    assertEquals(0, again.get("done").size(), again::toString);
  }

  /** Without an answer nothing is removed, and the question says what will be left for whom. */
  private void assertItIsSaidBefore() throws Exception {
    String asked = place.run(ExitCode.FALSE, "uninstall");
    String before = asked.substring(0, asked.indexOf("Go on?"));
    for (String line :
        List.of(
            "slot daybook",
            "in Redis: analytics:v1:ver:* and daybook:sentinel:daybook.",
            "-- As " + PUBLICATION_OWNER,
            "DROP ROLE daybook_sink;")) {
      assertTrue(before.contains(line), line + " in " + asked);
    }
  }

  private void assertNothingIsLeft() throws Exception {
    assertEquals(
        "0",
        one(
            "postgres",
            """
            SELECT (SELECT count(*) FROM pg_replication_slots)
                 + (SELECT count(*) FROM pg_publication)
                 + (SELECT count(*) FROM pg_namespace WHERE nspname = 'daybook')
                 + (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'daybook%')"""));
    try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", stack.kafkaBootstrap()))) {
      assertEquals(Set.of(), admin.startingWith(List.of("daybook")));
      assertEquals(List.of(), List.copyOf(admin.client().listGroups().all().get()));
    }
  }

  /** All that the programs wrote: what they said, their logs, their state. */
  private void assertNoFileHoldsTheSecret() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(place.folder())) {
      files = all.filter(Files::isRegularFile).toList();
    }
    List<String> holding = new ArrayList<>();
    for (Path file : files) {
      if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET)) {
        holding.add(place.folder().relativize(file).toString());
      }
    }
    holding.removeAll(List.of("daybook.yaml", "redis.secret"));
    assertEquals(List.of(), holding);
    assertTrue(
        files.stream().anyMatch(file -> file.toString().endsWith("logs/daybook.log")),
        files::toString);
    String log = Files.readString(place.folder().resolve("logs/daybook.log"));
    assertTrue(log.contains("sasl.jaas.config = [hidden]"), "Kafka did not log its configuration");
  }

  private String uri(String user) {
    return "postgresql://%s:%s@%s:%d/app"
        .formatted(user, SECRET, stack.host(), stack.postgresPort());
  }

  private String redisUri() {
    return stack.redisUri().replace("redis://", "redis://:" + SECRET + "@");
  }

  private void as(String user, String database, String sql) throws SQLException {
    try (Connection connection = connect(user, database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String one(String user, String sql) throws SQLException {
    try (Connection connection = connect(user, "app");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "none";
    }
  }

  private Connection connect(String user, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(stack.host(), stack.postgresPort(), database),
        user,
        SECRET);
  }
}
