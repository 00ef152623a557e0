// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.ChangedDefinition;
import io.daybook.cli.installation.Installation;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Relation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.sql.Select;
import io.daybook.schemas.table.LiveQuery;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.topic.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a rollup means, in words. */
final class PlanText {
  private final Topics topics;
  private final Map<String, ChangedDefinition> changes;

  /**
   * @param changes by rollup, of those that are not what readers have
   */
  PlanText(Installation installation, Map<String, ChangedDefinition> changes) {
    this.topics = installation.topics();
    this.changes = Map.copyOf(changes);
  }

  /** With the live query where {@code sql} is asked for: it is long, and made for machines. */
  String of(Rollup rollup, boolean sql) {
    RollupTable table = new RollupTable(rollup);
    StringBuilder text = new StringBuilder();
    text.append("rollup ").append(rollup.name());
    text.append("   generation ").append(rollup.generation());
    text.append("   definition ").append(rollup.hash()).append("\n\n");
    if (changes.containsKey(rollup.name())) {
      text.append(change(changes.get(rollup.name()), rollup));
    }
    text.append("  One row for each:   ").append(columns(rollup.keys())).append('\n');
    text.append(
        "  A row exists while at least one fact has a row for its key. Rows of the source\n");
    text.append(
        "  whose workspace or day is NULL are left out, of the rollup and the live query.\n");
    text.append("\n  Captured (table: columns, * = key; topic)\n");
    for (Table each : rollup.tables()) {
      text.append("    ")
          .append(each.name())
          .append(": ")
          .append(captured(each))
          .append("\n        ");
      text.append(topics.cdc(each.name()).name()).append('\n');
    }
    rollup.facts().forEach(fact -> text.append('\n').append(fact(fact)));
    text.append("\n  Then: ").append(topics.rollup(rollup.name(), rollup.generation()).name());
    text.append("  ->  ").append(rollup.name()).append(" (view in schema daybook)\n");
    text.append("        and INCR of the version of each workspace whose values changed\n");
    text.append("\n  Tables\n\n").append(indented(table.table().sql())).append(";\n");
    text.append(indented(table.partition().sql())).append(";\n");
    if (sql) {
      text.append("\n  Live query: baseline, fallback and verification\n\n");
      text.append(indented(new LiveQuery(rollup).all())).append(";\n");
    } else {
      text.append("\n  Live query: your SELECTs, joined by key; --sql prints it\n");
    }
    return text.toString();
  }

  private static String change(ChangedDefinition change, Rollup next) {
    StringBuilder text = new StringBuilder();
    text.append(
        "  Changed since generation %d. Nothing is built yet: 'daybook recompute %s' does it, or\n"
            .formatted(change.current().generation(), next.name()));
    text.append(
        "  'daybook migrate', or the next start of 'daybook run'. Readers keep generation ");
    text.append(change.current().generation()).append("\n  until all of generation ");
    text.append(next.generation()).append(" is there and equals the live query.\n");
    change.differences().forEach(each -> text.append("    ").append(each).append('\n'));
    List<Table> needed = change.needed();
    if (!needed.isEmpty()) {
      text.append("  It needs what generation ").append(change.current().generation());
      text.append(
          " did not. What no other rollup captures is read\n  beside the stream; readers keep what they have.\n");
      needed.forEach(
          each ->
              text.append("    ")
                  .append(each.name())
                  .append(": ")
                  .append(captured(each))
                  .append('\n'));
    }
    return text.append('\n').toString();
  }

  Map<String, Object> json(Rollup rollup) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", rollup.name());
    json.put("generation", rollup.generation());
    json.put("definition", rollup.hash());
    if (changes.containsKey(rollup.name())) {
      ChangedDefinition change = changes.get(rollup.name());
      json.put("changedSince", change.current().generation());
      json.put("changes", change.differences());
    }
    json.put("keys", named(rollup.keys()));
    json.put(
        "measures",
        named(
            rollup.measures().stream().map(each -> new Column(each.name(), each.type())).toList()));
    json.put(
        "tables",
        rollup.tables().stream()
            .map(
                each ->
                    Map.of(
                        "name", each.name().toString(),
                        "columns", named(each.columns()),
                        "primaryKey", each.primaryKey(),
                        "topic", topics.cdc(each.name()).name()))
            .toList());
    json.put("topic", topics.rollup(rollup.name(), rollup.generation()).name());
    json.put("ddl", new RollupTable(rollup).table().sql());
    json.put("liveQuery", new LiveQuery(rollup).all());
    return json;
  }

  static String unchecked(Definition definition) {
    StringBuilder text =
        new StringBuilder("rollup " + definition.rollup() + "   types unchecked\n");
    for (Select select : definition.selects()) {
      text.append("  ").append(select.fact()).append(": from ").append(select.from()).append('\n');
      text.append("    keys     ");
      text.append(select.keys().stream().map(Select.Key::name).collect(Collectors.joining(", ")));
      text.append("\n    measures ");
      text.append(
          select.aggregates().stream()
              .map(Select.AggregateCall::name)
              .collect(Collectors.joining(", ")));
      text.append('\n');
    }
    return text.toString();
  }

  static Map<String, Object> uncheckedJson(Definition definition) {
    return Map.of(
        "name",
        definition.rollup(),
        "definition",
        definition.hash(),
        "facts",
        definition.selects().stream().map(Select::fact).toList());
  }

  private String fact(Fact fact) {
    StringBuilder text =
        new StringBuilder("  Fact ").append(fact.name()).append("\n    path      ");
    text.append(path(fact, fact.relations().get(0))).append(" -> cell\n    measures  ");
    text.append(
        fact.measures().stream()
            .map(measure -> measure.name() + " " + measure.type())
            .collect(Collectors.joining(",\n              ")));
    return text.append('\n').toString();
  }

  /** A relation with its parents: where its rows go to be joined. */
  private static String path(Fact fact, Relation relation) {
    StringBuilder text = new StringBuilder(relation.table().name().toString());
    for (Relation parent : fact.parentsOf(relation)) {
      String key = relation.table().columns().get(parent.childColumn()).name();
      text.append(" -> by ").append(key).append(parent.required() ? " to " : " to, if any, ");
      List<Relation> above = fact.parentsOf(parent);
      String inner = path(fact, parent);
      text.append(above.isEmpty() ? inner : "(" + inner + ")");
    }
    return text.toString();
  }

  private static String captured(Table table) {
    return table.columns().stream()
        .map(column -> column.name() + (table.primaryKey().contains(column.name()) ? "*" : ""))
        .collect(Collectors.joining(", "));
  }

  private static String columns(List<Column> columns) {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", "));
  }

  private static List<Map<String, String>> named(List<Column> columns) {
    return columns.stream()
        .map(each -> Map.of("name", each.name(), "type", each.type().name()))
        .toList();
  }

  private static String indented(String sql) {
    return sql.lines().map(line -> "    " + line).collect(Collectors.joining("\n"));
  }
}
