// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A definition of the folder that is not the one by which readers are answered.
 *
 * @param current the generation that readers get
 * @param wanted what the folder has, with the number of the generation before
 */
public record ChangedDefinition(DefinitionRecord current, DefinitionRecord wanted) {

  public String rollup() {
    return wanted.rollup();
  }

  /** What is different, a line each. */
  public List<String> differences() {
    Rollup before = current.bind();
    Rollup after = wanted.bind();
    List<String> lines = new ArrayList<>();
    columns(dimensions(before), dimensions(after), "dimension", lines);
    Map<String, Fact> facts = new LinkedHashMap<>();
    before.facts().forEach(each -> facts.put(each.name(), each));
    for (Fact fact : after.facts()) {
      Fact old = facts.remove(fact.name());
      if (old == null) {
        lines.add("+ fact " + fact.name());
      } else if (!old.sql().equals(fact.sql())) {
        lines.add("~ fact " + fact.name() + ": its SELECT has changed");
      }
    }
    facts.keySet().forEach(name -> lines.add("- fact " + name));
    columns(measures(before), measures(after), "measure", lines);
    return lines;
  }

  private static void columns(
      Map<String, String> before, Map<String, String> after, String kind, List<String> to) {
    after.forEach(
        (name, type) -> {
          if (!before.containsKey(name)) {
            to.add("+ %s %s %s: a new column of view and table".formatted(kind, name, type));
          }
        });
    before
        .keySet()
        .forEach(
            name -> {
              if (!after.containsKey(name)) {
                to.add("- %s %s: its column stays, NULL from then on".formatted(kind, name));
              }
            });
  }

  private static Map<String, String> dimensions(Rollup rollup) {
    Map<String, String> types = new LinkedHashMap<>();
    rollup.dimensions().forEach(each -> types.put(each.name(), each.type().name()));
    return types;
  }

  private static Map<String, String> measures(Rollup rollup) {
    Map<String, String> types = new LinkedHashMap<>();
    for (Measure each : rollup.measures()) {
      types.put(each.name(), each.type().name());
    }
    return types;
  }

  /** Tables with the columns that the definition needs and the one before did not. */
  public List<Table> needed() {
    Map<TableName, Table> before = new LinkedHashMap<>();
    current.bind().tables().forEach(each -> before.put(each.name(), each));
    List<Table> needed = new ArrayList<>();
    for (Table table : wanted.bind().tables()) {
      List<Column> columns = new ArrayList<>(table.columns());
      if (before.containsKey(table.name())) {
        columns.removeAll(before.get(table.name()).columns());
      }
      if (!columns.isEmpty()) {
        needed.add(new Table(table.name(), columns, List.of()));
      }
    }
    return needed;
  }
}
