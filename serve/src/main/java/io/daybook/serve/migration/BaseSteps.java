// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static io.daybook.schemas.table.DaybookSchema.READER_ROLE;
import static io.daybook.schemas.table.DaybookSchema.SERVE_ROLE;
import static io.daybook.schemas.table.DaybookSchema.SINK_ROLE;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.Definition;
import io.daybook.schemas.text.Durations;
import io.daybook.serve.mode.OnStale;
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

  List<Step> steps(Connection target, Migration.Settings settings) throws SQLException {
    List<Step> steps = new ArrayList<>();
    steps.add(rightToCreate());
    roles(steps);
    admission(steps, target, SINK_ROLE, settings.sinkUser());
    admission(steps, target, READER_ROLE, settings.serveUser());
    admission(steps, target, SERVE_ROLE, settings.serveUser());
    steps.add(new Step("schema daybook", "CREATE SCHEMA daybook", !catalogue.schemaExists()));
    for (BaseTables.Addition each : BaseTables.additions()) {
      steps.add(
          new Step(
              "column %s of daybook.%s".formatted(each.column(), each.table()),
              each.sql(),
              isLacking(each)));
      if (each.table().equals("setting")) {
        steps.add(holdFreshness());
      }
    }
    for (Definition definition : BaseTables.all()) {
      steps.add(
          new Step("daybook." + definition.name(), definition.sql(), !isThere(definition.name())));
    }
    Definition version = BaseTables.controlVersion();
    steps.add(
        new Step(
            "daybook." + version.name(),
            version.sql(),
            !catalogue.triggered().containsAll(BaseTables.UNDER_CONTROL)));
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
    for (String readable : List.of("generation", "current_generation", "refresh", "setting")) {
      steps.add(grants.table(readable, SINK_ROLE, Grants.READ));
    }
    for (String readable : List.of("freshness", "control")) {
      steps.add(grants.table(readable, READER_ROLE, Grants.READ));
    }
    steps.add(grants.schema(DaybookSchema.NAME, SERVE_ROLE));
    for (String readable : List.of("generation", "current_generation", "setting", "degraded")) {
      steps.add(grants.table(readable, SERVE_ROLE, Grants.READ));
    }
    steps.add(grants.table("shadow", SERVE_ROLE, Grants.ADD_AND_PRUNE));
    steps.add(grants.table("operation", SERVE_ROLE, Grants.ADD));
    return steps;
  }

  /** Readers lock the setting, then the view, then what it reads: who takes all does so, too. */
  private Step holdFreshness() {
    return new Step(
        "readers of freshness wait a moment",
        "ALTER VIEW daybook.freshness ALTER COLUMN rollup DROP DEFAULT",
        catalogue.has("freshness") && BaseTables.additions().stream().anyMatch(this::isLacking));
  }

  private boolean isLacking(BaseTables.Addition addition) {
    List<String> columns = catalogue.columnNames(addition.table());
    return !columns.isEmpty() && !columns.contains(addition.column());
  }

  /** The view of earlier versions is replaced. */
  private boolean isThere(String name) {
    return catalogue.has(name)
        && (!name.equals("freshness") || catalogue.columnNames(name).contains("late"));
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
    for (String role : DaybookSchema.ROLES) {
      steps.add(
          new Step(
              "role " + role,
              "CREATE ROLE " + role + " NOLOGIN",
              !catalogue.roles().contains(role),
              TargetUser.ROLE_ADMIN,
              catalogue.user().mayCreateRoles()));
    }
  }

  /** Of a user who is not the target's own, who may do everything. */
  private void admission(List<Step> steps, Connection target, String role, String member)
      throws SQLException {
    TargetUser user = catalogue.user();
    if (member == null || member.equals(user.name())) {
      return;
    }
    boolean exists = catalogue.roles().contains(role);
    steps.add(
        new Step(
            "%s is a member of %s".formatted(member, role),
            "GRANT %s TO %s".formatted(role, Identifier.quote(member)),
            !exists || !isMember(target, role, member),
            TargetUser.ROLE_ADMIN,
            exists ? user.administers().contains(role) : user.mayCreateRoles()));
  }

  private static boolean isMember(Connection target, String role, String user) throws SQLException {
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT pg_has_role(oid, ?::name, 'MEMBER') FROM pg_roles WHERE rolname = ?")) {
      statement.setString(1, role);
      statement.setString(2, user);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** What is set; after all that may have to wait. */
  Step freshness(Connection target, Migration.Settings settings) throws SQLException {
    Duration limit = settings.freshnessLimit();
    OnStale.Policy onStale = settings.onStale();
    String values =
        "interval '%d milliseconds', %s, jsonb_object(%s, %s)"
            .formatted(
                limit.toMillis(),
                Identifier.literal(onStale.usual().text()),
                Step.array(onStale.ofRollups().keySet()),
                Step.array(onStale.ofRollups().values().stream().map(OnStale::text).toList()));
    return new Step(
        "freshness limit %s, past it %s".formatted(Durations.text(limit), onStale),
        """
        INSERT INTO daybook.setting (freshness_limit, on_stale, on_stale_of) VALUES (%s)
        ON CONFLICT (one_row) DO UPDATE SET freshness_limit = EXCLUDED.freshness_limit,
          on_stale = EXCLUDED.on_stale, on_stale_of = EXCLUDED.on_stale_of"""
            .formatted(values),
        !catalogue.columnNames("setting").contains("on_stale") || !isSet(target, values));
  }

  private static boolean isSet(Connection target, String values) throws SQLException {
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery(
                ("SELECT EXISTS (SELECT FROM daybook.setting"
                        + " WHERE (freshness_limit, on_stale, on_stale_of) = (%s))")
                    .formatted(values))) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
