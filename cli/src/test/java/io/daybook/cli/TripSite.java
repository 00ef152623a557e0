// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/** An installation with one small rollup, {@code trips_daily}, and its commands. */
final class TripSite implements AutoCloseable {
  private static final String DDL =
      """
      CREATE TABLE trip (
        id int PRIMARY KEY, fleet text, ended date, km int, driver text, litres numeric);
      CREATE TABLE repair (id int PRIMARY KEY, fleet text, done date, cost numeric);
      INSERT INTO trip
      SELECT n, CASE n % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'blue' ELSE 'green' END,
             date '2026-01-01' + n % 40, n, nullif('driver ' || n % 4, 'driver 0'), n / 7.0
      FROM generate_series(1, 2000) n;
      INSERT INTO repair
      SELECT n, CASE n % 2 WHEN 0 THEN 'red' ELSE 'white' END, date '2026-01-05' + n % 40, n / 3.0
      FROM generate_series(1, 100) n""";

  static final String TRIPS =
      """
      SELECT t.fleet AS workspace_id, t.ended AS day, count(*) AS trips, sum(t.km) AS km
      FROM trip t GROUP BY 1, 2""";

  private final Path folder;
  private final Path rollups;
  private final PipelineRig rig;

  private TripSite(Path folder, String settings) throws Exception {
    this.folder = folder;
    this.rollups = folder.resolve("rollups");
    define("trips", TRIPS);
    this.rig = PipelineRig.start(folder, DDL, rollups, settings);
  }

  /** Comes back when readers get the rollup. */
  static TripSite start(Path folder, String settings) throws Exception {
    TripSite site = new TripSite(folder, settings);
    try {
      site.rig.migrate();
      site.rig.startRoles(false);
      site.awaitRunning();
      return site;
    } catch (Exception | AssertionError e) {
      site.close();
      throw e;
    }
  }

  PipelineRig rig() {
    return rig;
  }

  /** Writes one SELECT of the rollup; null takes it away. */
  void define(String fact, String select) throws Exception {
    Path file = Files.createDirectories(rollups.resolve("trips_daily")).resolve(fact + ".sql");
    if (select == null) {
      Files.delete(file);
    } else {
      Files.writeString(file, select);
    }
  }

  /** What a command of ours answers. */
  Answer run(String verb, String... options) {
    List<String> arguments = new ArrayList<>(List.of(verb));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--config", folder.resolve("daybook.yaml").toString()));
    return Answer.of(arguments.toArray(String[]::new));
  }

  /** The same of one that must say yes. */
  Answer succeed(String verb, String... options) {
    Answer answer = run(verb, options);
    assertEquals(ExitCode.TRUE, answer.code(), answer.out() + answer.err());
    return answer;
  }

  void awaitRunning() throws InterruptedException {
    rig.await(
        "the rollup",
        () ->
            query("SELECT served_from || ' ' || reason FROM daybook.source_of_trips_daily('red')")
                .equals("rollup running"));
  }

  void assertEqual() throws IOException {
    Answer answer = run("verify", "--json");
    assertEquals("equal", answer.json().get("verdict").asText(), answer.out() + answer.err());
  }

  int generation() {
    return Integer.parseInt(query("SELECT generation FROM daybook.current_generation"));
  }

  long version(String workspace) {
    try (Jedis redis = new Jedis(rig.installation().config().redis())) {
      String version = redis.get("analytics:v1:ver:" + workspace);
      return version == null ? 0 : Long.parseLong(version);
    }
  }

  /** The first column of the first row. */
  String query(String sql) {
    try {
      return queries(sql).get(0);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** The first column of all rows. */
  List<String> queries(String sql) throws SQLException {
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

  void execute(String... statements) throws SQLException {
    try (Connection connection = rig.source().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** From now on each row of a table that is written goes to the table {@code written}, too. */
  void logWritesOf(String table) throws SQLException {
    execute(
        """
        CREATE TABLE written (workspace text, day date);
        CREATE FUNCTION log_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
          INSERT INTO public.written
          VALUES (coalesce(NEW.workspace_id, OLD.workspace_id), coalesce(NEW.day, OLD.day));
          RETURN NULL;
        END $$;
        CREATE TRIGGER log_write AFTER INSERT OR UPDATE OR DELETE ON %s
        FOR EACH ROW EXECUTE FUNCTION log_write()"""
            .formatted(table));
  }

  @Override
  public void close() {
    rig.close();
  }
}
