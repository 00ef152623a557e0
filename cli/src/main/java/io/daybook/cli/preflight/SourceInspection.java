// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Role;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.definition.Rollup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The database whose tables are captured. */
final class SourceInspection implements Inspection {
  private final Installation installation;
  private final Scope scope;
  private final Findings findings = new Findings("source");
  private volatile PostgresSession session;
  private volatile Clock clock;
  private volatile List<Rollup> described = List.of();
  private volatile List<Table> named = List.of();

  SourceInspection(Installation installation, Scope scope) {
    this.installation = installation;
    this.scope = scope;
  }

  @Override
  public void alone() {
    PostgresServer server = new PostgresServer(installation.config().source(), findings);
    session = server.reach().orElse(null);
    if (session == null) {
      return;
    }
    findings.look("clock", () -> clock = Clock.read(session));
    if (scope.has(Role.CAPTURE)) {
      server.writable(session);
      new ReplicationChecks(
              session, installation.config().source(), installation.topics(), findings)
          .run();
      new SourceSessionChecks(session, findings).run();
    }
    DefinitionChecks definitions = new DefinitionChecks(installation, scope, session, findings);
    described = definitions.run();
    named = definitions.named();
  }

  @Override
  public void against(Known known) {
    if (session == null || !scope.has(Role.CAPTURE)) {
      return;
    }
    Map<TableName, Table> all = new TreeMap<>();
    known.tables().forEach(table -> all.put(table.name(), table));
    named.forEach(table -> all.putIfAbsent(table.name(), table));
    TableChecks tables = new TableChecks(session, findings);
    for (Table table : all.values()) {
      findings.look("table " + table.name(), () -> tables.capture(table));
    }
    if (!all.isEmpty()) {
      new PublicationChecks(session, installation.topics().sourceName(), findings)
          .run(List.copyOf(all.values()));
    }
  }

  /** The rollups of the folder that the source knows everything about. */
  List<Rollup> described() {
    return described;
  }

  Optional<PostgresSession> session() {
    return Optional.ofNullable(session);
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
    session().ifPresent(PostgresSession::close);
  }
}
