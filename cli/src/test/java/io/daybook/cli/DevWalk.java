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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/**
 * What can happen to a row, step by step, on rows of its own beside a running load. After each step
 * the rollups must show what the SELECT files say, and the version of every workspace whose answer
 * has changed must have grown.
 */
final class DevWalk implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Path ROLLUPS = Path.of("..", "schemas", "rollups");

  private final Connection owner;
  private final Jedis redis;
  private final List<String> workspaces;
  private final Map<String, String> ids = new LinkedHashMap<>();
  private final String differences;
  private final String live;

  DevWalk(DevProcess dev) throws SQLException, IOException {
    this.owner = dev.owner();
    this.redis = dev.redis();
    ids.put("$a", ownId("Client", "a"));
    ids.put("$b", ownId("Client", "b"));
    ids.put("$kept", ownId("Client", "kept"));
    workspaces = List.copyOf(ids.values());
    ids.put("$campaign", ownId("EmailCampaign", "campaign"));
    ids.put("$lead", ownId("Lead", "lead"));
    ids.put("$message", ownId("Message", "message"));
    String answers =
        answers("workspace_daily", "f.day")
            + "\nUNION ALL\n"
            + answers("campaign_daily", "f.day, f.campaign_id, f.campaign_name")
            + "\nUNION ALL\n"
            + answers("lead_daily", "f.day, f.status, f.sms_campaign_id")
            + "\nUNION ALL\n"
            + answers("segment_daily", "f.day, f.industry, f.headcount");
    String both =
        """
        WITH answer AS (%s),
          live AS (SELECT workspace_id, cell, measure, value FROM answer WHERE live),
          rollup AS (SELECT workspace_id, cell, measure, value FROM answer WHERE NOT live)
        """
            .formatted(answers);
    this.differences =
        both
            + """
            SELECT 'live ' || l FROM (TABLE live EXCEPT TABLE rollup) l
            UNION ALL SELECT 'rollup ' || r FROM (TABLE rollup EXCEPT TABLE live) r""";
    this.live =
        both + "SELECT string_agg(l::text, ';' ORDER BY l) FROM live l WHERE workspace_id = '$one'";
  }

  /** The workspace that no step touches: a lead on 2026-03-01 and one on 2026-03-02. */
  String kept() {
    return ids.get("$kept");
  }

  /** The rows that the steps begin with. */
  void prepare() throws Exception {
    step(
        "workspaces, a campaign and leads",
        """
        INSERT INTO "Client" (id, name, "createdAt")
        VALUES ('$a', 'A', '2020-01-01'), ('$b', 'B', '2020-01-01'), ('$kept', 'K', '2020-01-01');
        INSERT INTO "EmailCampaign" (id, "clientId", name) VALUES ('$campaign', '$a', 'Walk');
        INSERT INTO "Lead" (id, "clientId", "emailCampaignId", "createdAt", "updatedAt")
        VALUES ('$lead a', '$a', '$campaign', '2026-03-01 10:00', now()),
               ('$lead b', '$b', NULL, '2026-03-02 10:00', now()),
               ('$lead k1', '$kept', NULL, '2026-03-01 10:00', now()),
               ('$lead k2', '$kept', NULL, '2026-03-02 10:00', now());
        INSERT INTO "Appointment" (id, "leadId", provider, status, "createdAt", "updatedAt")
        VALUES ('$lead a', '$lead a', 'GHL', 'SHOWED', '2026-03-03', now()),
               ('$lead b', '$lead b', 'CALENDLY', 'CONFIRMED', '2026-03-04', now());
        INSERT INTO "ResponseTimingEvent"
          (id, "clientId", "leadId", channel, "inboundSentAt", "setterResponseMs")
        VALUES ('$lead a', '$a', '$lead a', 'email', '2026-03-03 23:59:59.999', 90000)""");
  }

  /** All steps, in order. */
  void steps() throws Exception {
    String insert =
        "INSERT INTO \"Message\" (id, \"leadId\", direction, body, \"sentAt\")"
            + " VALUES ('$message', '$lead a', 'inbound', 'Hello', '2026-03-05 12:00')";
    Map<String, String> steps = new LinkedHashMap<>();
    steps.put("a message arrives", insert);
    steps.put(
        "its direction", "UPDATE \"Message\" SET direction = 'outbound' WHERE id = '$message'");
    steps.put(
        "its day",
        "UPDATE \"Message\" SET \"sentAt\" = '2026-02-28 23:59:59.999' WHERE id = '$message'");
    steps.put("its lead", "UPDATE \"Message\" SET \"leadId\" = '$lead b' WHERE id = '$message'");
    steps.put(
        "its lead's workspace", "UPDATE \"Lead\" SET \"clientId\" = '$a' WHERE id = '$lead b'");
    steps.put("its key", "UPDATE \"Message\" SET id = '$message 2' WHERE id = '$message'");
    steps.put(
        "after its key",
        "UPDATE \"Message\" SET direction = 'inbound', \"isRead\" = true WHERE id = '$message 2'");
    steps.put("the lead's key", "UPDATE \"Lead\" SET id = '$lead b2' WHERE id = '$lead b'");
    steps.put(
        "after the lead's key", "UPDATE \"Lead\" SET \"clientId\" = '$b' WHERE id = '$lead b2'");
    steps.put(
        "the campaign", "UPDATE \"EmailCampaign\" SET name = 'Walk on' WHERE id = '$campaign'");
    steps.put("the message goes", "DELETE FROM \"Message\" WHERE id = '$message 2'");
    steps.put("another one arrives", insert);
    steps.put("the lead goes", "DELETE FROM \"Lead\" WHERE id = '$lead a'");
    steps.put(
        "another lead arrives",
        "INSERT INTO \"Lead\" (id, \"clientId\", \"emailCampaignId\", \"updatedAt\")"
            + " VALUES ('$lead a', '$a', '$campaign', now())");
    steps.put("the other workspace goes", "DELETE FROM \"Client\" WHERE id = '$b'");
    steps.put("the workspace goes", "DELETE FROM \"Client\" WHERE id = '$a'");
    for (Map.Entry<String, String> each : steps.entrySet()) {
      step(each.getKey(), each.getValue());
    }
  }

  private void step(String what, String change) throws Exception {
    Map<String, String> answers = new LinkedHashMap<>();
    Map<String, Long> versions = new LinkedHashMap<>();
    for (String workspace : workspaces) {
      answers.put(workspace, live(workspace));
      versions.put(workspace, version(workspace));
    }
    String statement = change;
    for (Map.Entry<String, String> id : ids.entrySet()) {
      statement = statement.replace(id.getKey(), id.getValue());
    }
    execute(statement);
    long started = System.nanoTime();
    awaitEqual(what);
    long millis = (System.nanoTime() - started) / 1_000_000;
    int bumped = 0;
    for (String workspace : workspaces) {
      if (!answers.get(workspace).equals(live(workspace))) {
        DevProcess.await(
            LIMIT,
            "the version of " + workspace + " after: " + what,
            () -> version(workspace) > versions.get(workspace));
        bumped++;
      }
    }
    System.out.printf("%-35s right after %5d ms, %d versions grew%n", what, millis, bumped);
  }

  private void awaitEqual(String what) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    List<String> differing = rows(differences);
    while (!differing.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(10);
      differing = rows(differences);
    }
    assertEquals(List.of(), differing, "after " + LIMIT + ": " + what);
  }

  /** All SELECT files of a rollup, and its view, as (live, workspace, cell, measure, value). */
  private String answers(String rollup, String cell) throws IOException {
    String shape =
        """
        SELECT %s AS live, f.workspace_id, concat_ws('/', '%s', %s) AS cell, v.key AS measure,
               v.value
        FROM (%s) f, jsonb_each_text(to_jsonb(f) - 'updated_at') v
        WHERE v.value <> '0' AND f.workspace_id IN ('%s')""";
    String ours = String.join("', '", workspaces);
    List<String> parts = new ArrayList<>();
    try (Stream<Path> files = Files.list(ROLLUPS.resolve(rollup))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".sql")).toList()) {
        parts.add(shape.formatted("true", rollup, cell, Files.readString(file), ours));
      }
    }
    parts.add(shape.formatted("false", rollup, cell, "TABLE daybook." + rollup, ours));
    return String.join("\nUNION ALL\n", parts);
  }

  /** An id that is no plain UUID: the live load leaves such rows alone. */
  private String ownId(String table, String name) throws SQLException {
    return rows("SELECT id || ' walk %s' FROM \"%s\" ORDER BY id OFFSET 7 LIMIT 1"
            .formatted(name, table))
        .get(0);
  }

  private String live(String workspace) throws SQLException {
    return String.valueOf(rows(live.replace("$one", workspace)).get(0));
  }

  private long version(String workspace) {
    String version = redis.get("analytics:v1:ver:" + workspace);
    return version == null ? 0 : Long.parseLong(version);
  }

  private void execute(String sql) throws SQLException {
    owner.setAutoCommit(false);
    try (Statement statement = owner.createStatement()) {
      statement.execute(sql);
      assertEquals(true, statement.getUpdateCount() > 0, sql);
      owner.commit();
    } finally {
      owner.setAutoCommit(true);
    }
  }

  private List<String> rows(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = owner.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    redis.close();
    owner.close();
  }
}
