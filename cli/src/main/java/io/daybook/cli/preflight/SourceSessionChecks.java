// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.schemas.catalogue.Identifier;
import java.sql.SQLException;
import java.util.List;

/** What capture's sessions in the source call, and what might end them. */
final class SourceSessionChecks {
  private static final String FUNCTIONS = "functions";
  private static final String TIMEOUTS = "timeouts";

  /** Free for all by default; hardened servers take them away. */
  private static final String REVOKED =
      """
      SELECT f FROM unnest(ARRAY[
        'pg_control_system()', 'pg_current_wal_insert_lsn()', 'pg_walfile_name(pg_lsn)',
        'pg_logical_emit_message(boolean, text, text, boolean)',
        'pg_try_advisory_lock(bigint)', 'pg_drop_replication_slot(name)']) f
      WHERE to_regprocedure('pg_catalog.' || f) IS NOT NULL
        AND NOT has_function_privilege(to_regprocedure('pg_catalog.' || f), 'EXECUTE')""";

  /** Each would cut a long first snapshot short. */
  private static final String ENDING =
      """
      SELECT name || ' = ' || current_setting(name) FROM pg_settings
      WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
        AND setting <> '0'
      UNION ALL
      SELECT 'statement_timeout = ' || reset_val || coalesce(unit, '') FROM pg_settings
      WHERE name = 'statement_timeout' AND reset_val <> '0'
      ORDER BY 1""";

  private final PostgresSession session;
  private final Findings findings;

  SourceSessionChecks(PostgresSession session, Findings findings) {
    this.session = session;
    this.findings = findings;
  }

  void run() {
    findings.look(FUNCTIONS, this::functions);
    findings.look(TIMEOUTS, this::timeouts);
  }

  private void functions() throws SQLException {
    List<String> revoked = session.texts(REVOKED);
    if (revoked.isEmpty()) {
      findings.ok(FUNCTIONS, "those that capture calls may be called");
      return;
    }
    String role = role();
    StringBuilder remedy = new StringBuilder();
    revoked.forEach(
        each -> remedy.append("GRANT EXECUTE ON FUNCTION %s TO %s;%n".formatted(each, role)));
    findings.blocks(
        FUNCTIONS, "capture may not call " + String.join(", ", revoked), remedy.toString());
  }

  private void timeouts() throws SQLException {
    List<String> ending = session.texts(ENDING);
    if (ending.isEmpty()) {
      findings.ok(TIMEOUTS, "none would end a long snapshot");
      return;
    }
    String role = role();
    StringBuilder remedy = new StringBuilder();
    for (String each : ending) {
      String name = each.substring(0, each.indexOf(' '));
      remedy.append("ALTER ROLE %s SET %s = 0;%n".formatted(role, name));
    }
    findings.warning(
        TIMEOUTS,
        String.join(", ", ending) + " ends a first snapshot that takes longer",
        remedy.toString());
  }

  private String role() throws SQLException {
    return Identifier.quote(session.text("SELECT current_user"));
  }
}
