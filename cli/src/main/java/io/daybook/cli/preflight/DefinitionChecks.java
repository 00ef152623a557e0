// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Problem;
import io.daybook.schemas.sql.Select;
import io.daybook.schemas.topic.DefinitionRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the source says about the definitions in the folder. */
final class DefinitionChecks {
  private static final String WHAT = "definitions";

  /**
   * Schemas that names are looked for in, but not found in without a word: our role lacks USAGE.
   */
  private static final String CLOSED =
      """
      SELECT n.nspname FROM pg_namespace n
      WHERE NOT has_schema_privilege(n.oid, 'USAGE')
        AND (n.nspname IN (SELECT trim(p, ' "') FROM
                           regexp_split_to_table(current_setting('search_path'), ',') p)
             OR n.nspname IN (SELECT (parse_ident(w))[1] FROM unnest(?::text[]) w
                              WHERE cardinality(parse_ident(w)) = 2))
      ORDER BY 1""";

  private static final String NAMED =
      """
      SELECT DISTINCT n.nspname, c.relname
      FROM unnest(?::text[]) w JOIN pg_class c ON c.oid = to_regclass(w)
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') ORDER BY 1, 2""";

  private final Installation installation;
  private final Scope scope;
  private final PostgresSession session;
  private final Findings findings;
  private final List<Table> named = new ArrayList<>();

  DefinitionChecks(
      Installation installation, Scope scope, PostgresSession session, Findings findings) {
    this.installation = installation;
    this.scope = scope;
    this.session = session;
    this.findings = findings;
  }

  /** The rollups that can be bound. Who only runs them may do without the folder. */
  List<Rollup> run() {
    List<Rollup> bound = new ArrayList<>();
    if (scope.migrate() || Files.isDirectory(installation.config().rollups())) {
      findings.look(WHAT, () -> bound.addAll(bound()));
    }
    return bound;
  }

  private List<Rollup> bound() throws SQLException {
    Path folder = installation.config().rollups();
    List<Problem> problems = new ArrayList<>();
    Definition.Reading reading;
    try {
      reading = Definition.read(folder);
    } catch (DefinitionException e) {
      e.problems().forEach(this::refused);
      return List.of();
    } catch (IOException e) {
      findings.blocks(WHAT, e.toString(), "# see that " + folder + " can be read");
      return List.of();
    }
    problems.addAll(reading.problems());
    List<Rollup> bound;
    try {
      bound =
          installation.describe(session.connection(), reading, problems::add).stream()
              .map(DefinitionRecord::bind)
              .toList();
    } catch (SQLException e) {
      closedSchemas(reading.definitions());
      findings.blocks(WHAT, e.getMessage(), "-- mend what keeps our role from looking them up");
      return List.of();
    }
    if (problems.isEmpty()) {
      findings.ok(WHAT, "%d rollups in %s".formatted(bound.size(), folder));
    } else {
      closedSchemas(reading.definitions());
      problems.forEach(this::refused);
      findings.look(WHAT, () -> named.addAll(tables(written(reading.definitions()))));
    }
    return bound;
  }

  private void refused(Problem problem) {
    String remedy = problem.remedy().isBlank() ? "mend the SELECT" : problem.remedy().strip();
    Problem alone =
        new Problem(problem.file(), problem.place(), problem.line(), problem.message(), "");
    findings.blocks(WHAT, alone.toString(), "-- " + remedy.replace("\n", "\n-- "));
  }

  /**
   * The tables that definitions name, where some of these cannot be bound: without columns, for
   * which are used is not known then.
   */
  List<Table> named() {
    return List.copyOf(named);
  }

  private List<Table> tables(List<String> written) throws SQLException {
    return session.list(
        NAMED,
        row -> new Table(new TableName(row.getString(1), row.getString(2)), List.of(), List.of()),
        session.arrayOf(written));
  }

  private static List<String> written(List<Definition> read) {
    return read.stream()
        .flatMap(definition -> definition.selects().stream())
        .flatMap(select -> select.tables().stream())
        .map(Select.FromTable::written)
        .distinct()
        .toList();
  }

  private void closedSchemas(List<Definition> read) throws SQLException {
    for (String schema : session.texts(CLOSED, session.arrayOf(written(read)))) {
      findings.blocks(
          "schema " + schema,
          "our role may not use it, so that no table in it is found",
          "GRANT USAGE ON SCHEMA %s TO %s;"
              .formatted(
                  Identifier.quote(schema), Identifier.quote(session.text("SELECT current_user"))));
    }
  }
}
