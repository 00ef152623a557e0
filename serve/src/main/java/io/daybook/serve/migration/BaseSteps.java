// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static io.daybook.schemas.table.DaybookSchema.READER_ROLE;
import static io.daybook.schemas.table.DaybookSchema.SINK_ROLE;

import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.Definition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The steps for what an installation has once: schema, roles, base tables, settings, grants. */
final class BaseSteps {
  private final TargetCatalogue catalogue;
  private final Grants grants;

  BaseSteps(TargetCatalogue catalogue) {
    this.catalogue = catalogue;
    this.grants = new Grants(catalogue);
  }

  List<Step> steps(Connection target, Duration freshnessLimit) throws SQLException {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("schema daybook", "CREATE SCHEMA daybook", !catalogue.schemaExists()));
    roles(steps);
    for (Definition definition : BaseTables.all()) {
      steps.add(
          new Step(
              "daybook." + definition.name(), definition.sql(), !catalogue.has(definition.name())));
    }
    steps.add(freshnessLimit(target, freshnessLimit));
    steps.add(grants.schema(DaybookSchema.NAME, SINK_ROLE));
    steps.add(grants.schema(DaybookSchema.NAME, READER_ROLE));
    steps.add(grants.table("progress", SINK_ROLE, Grants.WRITE));
    steps.add(grants.table("note", SINK_ROLE, Grants.WRITE));
    steps.add(grants.sequence("note_seq", SINK_ROLE));
    for (String readable : List.of("generation", "current_generation")) {
      steps.add(grants.table(readable, SINK_ROLE, Grants.READ));
    }
    for (String readable : List.of("freshness", "control")) {
      steps.add(grants.table(readable, READER_ROLE, Grants.READ));
    }
    return steps;
  }

  private void roles(List<Step> steps) {
    List<String> missing = new ArrayList<>();
    for (String role : List.of(SINK_ROLE, READER_ROLE)) {
      boolean needed = !catalogue.roles().contains(role);
      String sql = "CREATE ROLE " + role + " NOLOGIN";
      steps.add(new Step("role " + role, sql, needed));
      if (needed) {
        missing.add(sql + ";");
      }
    }
    if (!missing.isEmpty() && !catalogue.mayCreateRoles()) {
      throw new MigrationRefusedException(
          "The target's user may not create roles, and Daybook's are missing. Let an administrator"
              + " run the following, then migrate again:\n"
              + String.join("\n", missing));
    }
  }

  private Step freshnessLimit(Connection target, Duration limit) throws SQLException {
    String interval = "interval '" + limit.toMillis() + " milliseconds'";
    return new Step(
        "freshness limit " + limit,
        """
        INSERT INTO daybook.setting (freshness_limit) VALUES (%s)
        ON CONFLICT (one_row) DO UPDATE SET freshness_limit = EXCLUDED.freshness_limit"""
            .formatted(interval),
        !catalogue.has("setting") || !isSet(target, interval));
  }

  private static boolean isSet(Connection target, String interval) throws SQLException {
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT EXISTS (SELECT FROM daybook.setting WHERE freshness_limit = %s)"
                    .formatted(interval))) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
