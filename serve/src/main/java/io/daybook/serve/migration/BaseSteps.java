// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static io.daybook.schemas.table.DaybookSchema.READER_ROLE;
import static io.daybook.schemas.table.DaybookSchema.SINK_ROLE;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.Definition;
import io.daybook.schemas.text.Durations;
import java.sql.Connection;
import java.sql.PreparedStatement;
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

  List<Step> steps(Connection target, Duration freshnessLimit, String sinkUser)
      throws SQLException {
    List<Step> steps = new ArrayList<>();
    steps.add(rightToCreate());
    roles(steps);
    if (sinkUser != null && !sinkUser.equals(catalogue.user().name())) {
      steps.add(admission(target, sinkUser));
    }
    steps.add(new Step("schema daybook", "CREATE SCHEMA daybook", !catalogue.schemaExists()));
    for (Definition definition : BaseTables.all()) {
      steps.add(
          new Step("daybook." + definition.name(), definition.sql(), !isThere(definition.name())));
    }
    List<String> generation = catalogue.columnNames("generation");
    steps.add(
        new Step(
            "live queries of daybook.generation",
            BaseTables.GENERATION_LIVE,
            !generation.isEmpty() && !generation.contains("live_query")));
    steps.add(freshnessLimit(target, freshnessLimit));
    steps.add(grants.schema(DaybookSchema.NAME, SINK_ROLE));
    steps.add(grants.schema(DaybookSchema.NAME, READER_ROLE));
    for (String written :
        List.of(
            "progress",
            "note",
            "degraded",
            "unverified",
            "refresh_part",
            "cache_version",
            "cache_sentinel")) {
      steps.add(grants.table(written, SINK_ROLE, Grants.WRITE));
    }
    steps.add(grants.sequence("note_seq", SINK_ROLE));
    for (String readable : List.of("generation", "current_generation", "refresh")) {
      steps.add(grants.table(readable, SINK_ROLE, Grants.READ));
    }
    for (String readable : List.of("freshness", "control")) {
      steps.add(grants.table(readable, READER_ROLE, Grants.READ));
    }
    return steps;
  }

  /** The view of earlier versions is replaced: it did not know what is unverified. */
  private boolean isThere(String name) {
    return catalogue.has(name) && (!name.equals("freshness") || catalogue.has("unverified"));
  }

  private Step rightToCreate() {
    TargetUser user = catalogue.user();
    return new Step(
        "%s may create schemas in %s".formatted(user.name(), user.database()),
        "GRANT CREATE ON DATABASE %s TO %s"
            .formatted(Identifier.quote(user.database()), Identifier.quote(user.name())),
        !catalogue.schemaExists() && !user.mayCreateSchemas(),
        user.databaseOwnerInWords(),
        false);
  }

  private void roles(List<Step> steps) {
    for (String role : List.of(SINK_ROLE, READER_ROLE)) {
      steps.add(
          new Step(
              "role " + role,
              "CREATE ROLE " + role + " NOLOGIN",
              !catalogue.roles().contains(role),
              TargetUser.ROLE_ADMIN,
              catalogue.user().mayCreateRoles()));
    }
  }

  private Step admission(Connection target, String sinkUser) throws SQLException {
    boolean exists = catalogue.roles().contains(SINK_ROLE);
    TargetUser user = catalogue.user();
    return new Step(
        "%s is a member of %s".formatted(sinkUser, SINK_ROLE),
        "GRANT %s TO %s".formatted(SINK_ROLE, Identifier.quote(sinkUser)),
        !exists || !isMember(target, sinkUser),
        TargetUser.ROLE_ADMIN,
        exists ? user.administers().contains(SINK_ROLE) : user.mayCreateRoles());
  }

  private static boolean isMember(Connection target, String user) throws SQLException {
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT pg_has_role(oid, '"
                + SINK_ROLE
                + "', 'MEMBER') FROM pg_roles"
                + " WHERE rolname = ?")) {
      statement.setString(1, user);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private Step freshnessLimit(Connection target, Duration limit) throws SQLException {
    String interval = "interval '" + limit.toMillis() + " milliseconds'";
    return new Step(
        "freshness limit " + Durations.text(limit),
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
