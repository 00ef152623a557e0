// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.config.PostgresUri;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.RollupTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The database of the rollup tables, as the user who writes their rows. */
final class SinkInspection implements Inspection {
  private static final String WHAT = "writing rollups";
  private static final List<String> BASE =
      List.of(
          "progress",
          "note",
          "degraded",
          "unverified",
          "refresh_part",
          "cache_version",
          "cache_sentinel");
  private static final String ABSENT =
      "SELECT n FROM unnest(?::text[]) n WHERE to_regclass('daybook.' || quote_ident(n)) IS NULL";
  private static final String MAY =
      """
      SELECT c.relname FROM unnest(?::text[]) n
      JOIN pg_class c ON c.relname = n AND c.relnamespace = to_regnamespace('daybook')
      WHERE NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
        AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))""";
  private static final String CURRENT =
      "SELECT EXISTS (SELECT FROM pg_attribute WHERE attname = 'late_at'"
          + " AND attrelid = to_regclass('daybook.progress'))"
          + " AND coalesce(has_table_privilege(to_regclass('daybook.setting'), 'SELECT'), false)";
  private static final String MEMBER =
      "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ? AND pg_has_role(oid, 'USAGE'))";

  private final PostgresUri uri;
  private final Scope scope;
  private final Findings findings = new Findings("sink");
  private volatile PostgresSession session;
  private volatile Clock clock;

  SinkInspection(PostgresUri uri, Scope scope) {
    this.uri = uri;
    this.scope = scope;
  }

  @Override
  public void alone() {
    PostgresServer server = new PostgresServer(uri, findings);
    session = server.reach().orElse(null);
    if (session != null) {
      findings.look("clock", () -> clock = Clock.read(session));
      server.writable(session);
    }
  }

  @Override
  public void against(Known known) {
    if (session != null) {
      findings.look(WHAT, () -> rights(known));
    }
  }

  private void rights(Known known) throws SQLException {
    String role = Identifier.quote(session.text("SELECT current_user"));
    String grant = "GRANT %s TO %s;".formatted(DaybookSchema.SINK_ROLE, role);
    boolean member = session.truth(MEMBER, DaybookSchema.SINK_ROLE);
    if (!session.truth("SELECT to_regnamespace('daybook') IS NOT NULL")) {
      notMigrated(member, role, grant);
      return;
    }
    boolean usable = session.truth("SELECT has_schema_privilege('daybook', 'USAGE')");
    if (usable && !scope.migrate()) {
      List<String> absent = session.texts(ABSENT, session.arrayOf(BASE));
      if (!absent.isEmpty()) {
        findings.blocks(
            WHAT,
            "the schema daybook has no table " + String.join(", ", absent),
            "# run 'daybook migrate': an earlier version of Daybook made the schema");
        return;
      }
    }
    if (usable && !scope.migrate() && !session.truth(CURRENT)) {
      findings.blocks(
          WHAT,
          "the tables of the schema daybook are those of an earlier version",
          "# run 'daybook migrate'");
      return;
    }
    List<String> closed = usable ? closed(known) : List.of();
    if (usable && closed.isEmpty()) {
      findings.ok(WHAT, role + " may write them");
    } else if (member && scope.migrate()) {
      findings.ok(WHAT, "possible once 'daybook migrate' has granted what is missing");
    } else {
      findings.blocks(
          WHAT,
          usable
              ? role + " may not write " + String.join(", ", closed)
              : role + " may not use the schema daybook",
          member ? "# run 'daybook migrate': it grants again what is missing" : grant);
    }
  }

  private List<String> closed(Known known) throws SQLException {
    List<String> tables = new ArrayList<>(BASE);
    for (Rollup rollup : known.rollups()) {
      RollupTable table = new RollupTable(rollup);
      tables.add(table.tableName());
      tables.add(table.partitionName());
    }
    return session.texts(MAY, session.arrayOf(tables));
  }

  private void notMigrated(boolean member, String role, String grant) {
    if (!scope.migrate()) {
      findings.blocks(
          WHAT, "there is no schema daybook in this database", "# run 'daybook migrate' first");
    } else if (member) {
      findings.ok(WHAT, "possible once 'daybook migrate' has created them");
    } else {
      findings.warning(
          WHAT,
          role + " is no member of " + DaybookSchema.SINK_ROLE + " yet",
          grant + " -- once 'daybook migrate' has created that role");
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
