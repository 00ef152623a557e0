// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.migration.MigrationRefusedException;
import io.daybook.serve.migration.Step;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The database of the rollup tables, as the user who creates and owns them. */
final class TargetInspection implements Inspection {
  private static final String SCHEMA = "schema " + DaybookSchema.NAME;
  private static final String LIVE = "live reading";

  private static final String OURS =
      "SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'daybook'";
  private static final String OWNER =
      "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'daybook'";
  private static final String EMPTY =
      "SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('daybook'))";

  private final Installation installation;
  private final Findings findings = new Findings("target");
  private volatile PostgresSession session;
  private volatile Clock clock;

  TargetInspection(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void alone() {
    PostgresServer server = new PostgresServer(installation.config().target(), findings);
    session = server.reach().orElse(null);
    if (session != null) {
      findings.look("clock", () -> clock = Clock.read(session));
      server.writable(session);
    }
  }

  @Override
  public void against(Known known) {
    if (session == null) {
      return;
    }
    findings.look(SCHEMA, () -> migration(known));
    findings.look(LIVE, () -> liveReading(known));
  }

  private void migration(Known known) throws SQLException {
    String role = Identifier.quote(session.text("SELECT current_user"));
    boolean rolesThere = roles(role);
    boolean there = session.truth("SELECT to_regnamespace('daybook') IS NOT NULL");
    if (!there) {
      creatable(role);
    } else if (rolesThere && !known.rollups().isEmpty()) {
      complete(known, role);
    }
  }

  /** Whether all of Daybook's roles exist. */
  private boolean roles(String role) throws SQLException {
    List<String> missing =
        session.texts(
            "SELECT r FROM unnest(?::text[]) r WHERE to_regrole(r) IS NULL",
            session.arrayOf(DaybookSchema.ROLES));
    boolean may =
        session.truth(
            "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user");
    if (missing.isEmpty()) {
      findings.ok("roles", "they are there");
    } else if (may) {
      findings.ok("roles", "'daybook migrate' may create them");
    } else {
      findings.blocks(
          "roles",
          role + " may not create roles, and " + String.join(" and ", missing) + " are missing",
          missing.stream()
              .map(each -> "CREATE ROLE " + each + " NOLOGIN; -- as an administrator")
              .collect(Collectors.joining("\n")));
    }
    return missing.isEmpty();
  }

  private void creatable(String role) throws SQLException {
    String database = Identifier.quote(session.text("SELECT current_database()"));
    if (session.truth("SELECT has_database_privilege(current_database(), 'CREATE')")) {
      findings.ok(SCHEMA, "'daybook migrate' may create it");
    } else {
      findings.blocks(
          SCHEMA,
          role + " may not create it in " + database,
          "GRANT CREATE ON DATABASE %s TO %s; -- as the database's owner"
              .formatted(database, role));
    }
  }

  private void complete(Known known, String role) throws SQLException {
    List<Step> needed;
    try {
      needed =
          installation.migration(session.dataSource()).plan(planned(known)).stream()
              .filter(Step::needed)
              .toList();
    } catch (MigrationRefusedException e) {
      findings.blocks(SCHEMA, e.what(), e.remedy().isEmpty() ? "" : "# " + e.remedy());
      return;
    }
    if (needed.isEmpty()) {
      findings.ok(SCHEMA, "everything is there");
    } else if (session.truth(OURS)) {
      findings.ok(SCHEMA, needed.size() + " steps of 'daybook migrate' to do");
    } else {
      String owner = session.text(OWNER);
      findings.blocks(
          SCHEMA,
          "it is not complete, and belongs to " + owner + ", not to " + role,
          session.truth(EMPTY)
              ? "ALTER SCHEMA daybook OWNER TO " + role + "; -- as a superuser"
              : "-- let " + owner + " be the user of target.uri");
    }
  }

  /** With the generations that changed definitions are to get. */
  private List<Rollup> planned(Known known) throws SQLException {
    List<Rollup> planned = new ArrayList<>(known.rollups());
    for (Rollup each : known.changed()) {
      int next = Generations.next(session.connection(), each.name());
      planned.add(each.as(next));
    }
    return planned;
  }

  /** The read functions run the live query as the owner of the schema. */
  private void liveReading(Known known) throws SQLException {
    if (!installation.sourceIsTarget()) {
      findings.warning(
          LIVE,
          "source and target are different databases: while a rollup is not complete or not"
              + " fresh, readers get an error instead of the live query",
          "-- to have that fallback, put the rollup tables into the source's database");
      return;
    }
    int before = findings.checks().size();
    TableChecks tables = new TableChecks(session, findings);
    for (Table table : known.tables()) {
      findings.look(LIVE + " of " + table.name(), () -> tables.read(table));
    }
    if (findings.checks().size() == before) {
      findings.ok(LIVE, "the read functions may run the live query");
    }
  }

  Optional<Clock> clock() {
    return Optional.ofNullable(clock);
  }

  @Override
  public Findings findings() {
    return findings;
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }
}
