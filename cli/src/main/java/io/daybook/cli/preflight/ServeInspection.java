// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.config.PostgresUri;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.table.DaybookSchema;
import java.sql.SQLException;

/** The database of the rollup tables, as the user who calls the read functions. */
final class ServeInspection implements Inspection {
  private static final String WHAT = "reading rollups";
  private static final String MEMBER =
      "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ? AND pg_has_role(oid, 'USAGE'))";

  private static final String OWNER =
      "SELECT EXISTS (SELECT FROM pg_namespace"
          + " WHERE nspname = 'daybook' AND pg_has_role(nspowner, 'USAGE'))";
  private static final String MISSING =
      "SELECT r FROM unnest(?::text[]) r WHERE to_regrole(r) IS NULL";

  private final PostgresUri uri;
  private final boolean migrates;
  private final Findings findings = new Findings("serve");
  private volatile PostgresSession session;

  /**
   * @param migrates whether what it lacks is about to be created
   */
  ServeInspection(PostgresUri uri, boolean migrates) {
    this.uri = uri;
    this.migrates = migrates;
  }

  @Override
  public void alone() {
    session = new PostgresServer(uri, findings).reach().orElse(null);
  }

  @Override
  public void against(Known known) {
    if (session != null) {
      findings.look(WHAT, this::rights);
    }
  }

  private void rights() throws SQLException {
    String role = Identifier.quote(session.text("SELECT current_user"));
    String both = DaybookSchema.READER_ROLE + ", " + DaybookSchema.SERVE_ROLE;
    String grant = "GRANT %s TO %s;".formatted(both, role);
    boolean missing = !session.texts(MISSING, session.arrayOf(DaybookSchema.ROLES)).isEmpty();
    if (session.truth(OWNER)
        || session.truth(MEMBER, DaybookSchema.READER_ROLE)
            && session.truth(MEMBER, DaybookSchema.SERVE_ROLE)) {
      findings.ok(WHAT, role + " may call the read functions");
    } else if (migrates) {
      findings.warning(
          WHAT,
          role + " is no member of " + both + " yet",
          grant + " -- once 'daybook migrate' has created these roles");
    } else if (missing) {
      findings.blocks(
          WHAT, "the roles " + both + " are not both there", "# run 'daybook migrate' first");
    } else {
      findings.blocks(WHAT, role + " is no member of " + both, grant);
    }
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
