// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.PostgresUri;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Statements in parts by who may run them and where, in an order in which they work. */
public final class SqlParts {
  private final List<Part> parts;

  /**
   * What one user runs in one go.
   *
   * @param runner in words, who may run it
   * @param yours whether the configured user may, so that Daybook does it by itself
   * @param database where: host, port and database
   * @param sql statements, each with a semicolon
   */
  public record Part(String runner, boolean yours, String database, List<String> sql) {

    /** For psql, with a heading. */
    String text() {
      String who = runner + (yours ? "; 'daybook' may do it" : "");
      return "-- As %s, in %s\n%s\n".formatted(who, database, String.join("\n", sql));
    }
  }

  private SqlParts(List<Part> parts) {
    this.parts = parts;
  }

  /** Joins the steps of each runner; the order of runners is that of their first steps. */
  public static SqlParts of(List<SqlStep> steps) {
    Map<List<Object>, List<String>> statements = new LinkedHashMap<>();
    for (SqlStep step : steps) {
      statements
          .computeIfAbsent(
              List.of(step.runner(), step.ours(), where(step.database())), key -> new ArrayList<>())
          .add(step.sql() + ";");
    }
    List<Part> parts = new ArrayList<>();
    statements.forEach(
        (key, sql) ->
            parts.add(
                new Part((String) key.get(0), (Boolean) key.get(1), (String) key.get(2), sql)));
    return new SqlParts(parts);
  }

  public List<Part> parts() {
    return parts;
  }

  /** For psql. */
  public String text() {
    return parts.stream().map(Part::text).collect(Collectors.joining("\n"));
  }

  /** Without the user: two users of one database are at the same place. */
  private static String where(PostgresUri database) {
    return database.shown().replaceFirst("^postgresql://([^@/]*@)?", "");
  }
}
