// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The user's own SELECTs as one statement with the rollup's columns: keys, then measures, each with
 * the type of {@link StoredColumn}. To run with {@link Rollup#searchPath} as search path.
 *
 * <p>Facts meet by key in a {@code UNION ALL} that is grouped: {@code FULL JOIN} takes no {@code IS
 * NOT DISTINCT FROM}, and NULL is a group of a dimension. A fact has at most one row for a key, so
 * the first element of what its rows aggregate to is its value. Conditions stand around each
 * SELECT, inside the union, where Postgres pushes those on GROUP BY columns down to the table; each
 * of them leaves out rows whose workspace or day is NULL.
 */
public final class LiveQuery {
  private final Rollup rollup;
  private final List<StoredColumn> keys;

  public LiveQuery(Rollup rollup) {
    this.rollup = rollup;
    this.keys = rollup.keys().stream().map(StoredColumn::of).toList();
  }

  /** All rows. */
  public String all() {
    return statement(fact -> "f.\"workspace_id\" IS NOT NULL AND f.\"day\" IS NOT NULL");
  }

  /** Rows of this day, as Postgres prints it, and of later ones. */
  public String since(String day) {
    return statement(
        fact ->
            "f.\"workspace_id\" IS NOT NULL AND f.\"day\" >= %s::date"
                .formatted(Identifier.literal(day)));
  }

  /** Rows of workspace {@code $1} (text) on the days {@code $2} to {@code $3}, both included. */
  public String ofWorkspace() {
    return statement(
        fact -> match(fact).is("f.\"workspace_id\"", "$1") + " AND f.\"day\" BETWEEN $2 AND $3");
  }

  /** The same of this workspace and these days, as Postgres prints them. */
  public String of(String workspace, String from, String to) {
    String days =
        " AND f.\"day\" BETWEEN %s::date AND %s::date"
            .formatted(Identifier.literal(from), Identifier.literal(to));
    return statement(
        fact ->
            match(fact).is("f.\"workspace_id\"", Identifier.literal(workspace) + "::text") + days);
  }

  /** Rows of any of these workspaces on any of these days, all as Postgres prints them. */
  public String of(Collection<String> workspaces, Collection<String> days) {
    return statement(
        fact ->
            match(fact).in("f.\"workspace_id\"", workspaces)
                + " AND f.\"day\""
                + WorkspaceMatch.anyOf(days, "date"));
  }

  private static WorkspaceMatch match(Fact fact) {
    return new WorkspaceMatch(fact.workspace().type());
  }

  private String statement(Function<Fact, String> conditions) {
    String union =
        rollup.facts().stream()
            .map(fact -> contribution(fact) + "\nWHERE " + conditions.apply(fact))
            .collect(joining("\nUNION ALL\n"));
    String keyNumbers =
        IntStream.range(0, keys.size()).mapToObj(i -> "u.k" + i).collect(joining(", "));
    return "SELECT %s\nFROM (\n%s\n) u\nGROUP BY %s"
        .formatted(String.join(",\n  ", output()), union, keyNumbers);
  }

  /** The rows of one SELECT with the columns of all: fact, k0…, m0…; NULL what is not its own. */
  private String contribution(Fact fact) {
    List<String> columns = new ArrayList<>();
    columns.add(fact.index() + " AS fact");
    for (int i = 0; i < keys.size(); i++) {
      columns.add("f." + keys.get(i).quoted() + "::" + keys.get(i).type() + " AS k" + i);
    }
    int number = 0;
    for (Fact owner : rollup.facts()) {
      for (Measure measure : owner.measures()) {
        StoredColumn column = StoredColumn.of(measure);
        String value = owner.index() == fact.index() ? "f." + column.quoted() : "NULL";
        columns.add(value + "::" + column.type() + " AS m" + number++);
      }
    }
    // The SELECT ends with a line break of ours: its last line may be a comment.
    return "SELECT %s\nFROM (\n%s\n) f".formatted(String.join(", ", columns), fact.sql());
  }

  private List<String> output() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      columns.add("u.k%d AS %s".formatted(i, keys.get(i).quoted()));
    }
    int number = 0;
    for (Fact fact : rollup.facts()) {
      for (Measure measure : fact.measures()) {
        StoredColumn column = StoredColumn.of(measure);
        String value =
            "(array_agg(u.m%d) FILTER (WHERE u.fact = %d))[1]".formatted(number++, fact.index());
        columns.add(
            "%s::%s AS %s"
                .formatted(
                    measure.isCount() ? "coalesce(" + value + ", 0)" : value,
                    column.type(),
                    column.quoted()));
      }
    }
    return columns;
  }
}
