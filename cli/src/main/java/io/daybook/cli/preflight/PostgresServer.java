// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.config.PostgresUri;
import io.daybook.schemas.catalogue.Identifier;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** What is asked of every Postgres: that it lets us in, is new enough, and can be written to. */
final class PostgresServer {
  private static final int OLDEST = 15;
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String TOO_MANY_CONNECTIONS = "53300";

  private final PostgresUri uri;
  private final Findings findings;

  PostgresServer(PostgresUri uri, Findings findings) {
    this.uri = uri;
    this.findings = findings;
  }

  /** A session, where one could be had. */
  Optional<PostgresSession> reach() {
    try {
      PostgresSession session = PostgresSession.open(uri);
      findings.ok(Findings.REACHABLE, uri.shown());
      findings.look("version", () -> version(session));
      return Optional.of(session);
    } catch (SQLException e) {
      refused(e);
      return Optional.empty();
    }
  }

  private void refused(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String detail = uri.shown() + ": " + e.getMessage();
    if (state.equals(INSUFFICIENT_PRIVILEGE)) {
      findings.blocks(
          "login",
          detail,
          "GRANT CONNECT ON DATABASE "
              + quoted("PGDBNAME")
              + " TO "
              + quoted("user")
              + "; -- as the database's owner");
    } else if (state.equals(TOO_MANY_CONNECTIONS)) {
      findings.unreachable(detail, "-- end idle sessions, or raise max_connections and restart");
    } else if (state.startsWith("28")) {
      findings.unreachable(
          detail, "-- mend user and password of the URI, or let this host in by pg_hba.conf");
    } else if (state.startsWith("3D")) {
      findings.unreachable(detail, "-- mend the name of the database in the URI, or create it");
    } else {
      findings.unreachable(
          detail, "-- see that the server runs, that host and port are right, and what is between");
    }
  }

  private String quoted(String property) {
    Properties parsed = Driver.parseURL(uri.jdbcUrl(), new Properties());
    return Identifier.quote(parsed.getProperty(property, System.getProperty("user.name")));
  }

  private void version(PostgresSession session) throws SQLException {
    String version = session.text("SHOW server_version");
    if (session.number("SELECT current_setting('server_version_num')::int / 10000") < OLDEST) {
      findings.blocks(
          "version",
          "PostgreSQL " + version + "; " + OLDEST + " is the oldest that works",
          "-- upgrade the server to PostgreSQL " + OLDEST + " or newer");
    } else {
      findings.ok("version", "PostgreSQL " + version);
    }
  }

  /** Whether it takes changes: a standby does not. */
  void writable(PostgresSession session) {
    findings.look(
        "primary",
        () -> {
          if (session.truth("SELECT pg_is_in_recovery()")) {
            findings.blocks(
                "primary",
                "this server is a standby, which cannot be written to",
                "-- let the URI lead to the primary");
          } else {
            findings.ok("primary", "it can be written to");
          }
        });
  }
}
