// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Place;
import io.daybook.schemas.sql.Problem;
import io.daybook.schemas.sql.RefusedException;
import io.daybook.schemas.sql.Select;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds a definition against the catalogue: names become places in rows, texts functions. */
public final class Binder {
  private final Definition definition;
  private final Catalogue catalogue;
  private final List<Problem> problems = new ArrayList<>();

  private Binder(Definition definition, Catalogue catalogue) {
    this.definition = definition;
    this.catalogue = catalogue;
  }

  /**
   * Binds a definition.
   *
   * @throws DefinitionException with every problem of every SELECT
   */
  public static Rollup bind(Definition definition, Catalogue catalogue, int generation) {
    return new Binder(definition, catalogue).bind(generation);
  }

  private Rollup bind(int generation) {
    List<Fact> facts = new ArrayList<>();
    for (Select select : definition.selects()) {
      try {
        facts.add(FactBinder.bind(select, catalogue, facts.size()));
      } catch (DefinitionException e) {
        problems.addAll(e.problems());
      }
    }
    List<Column> keys = keys();
    checkMeasureNames(keys);
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    return new Rollup(
        definition.rollup(),
        generation,
        definition.hash(),
        keys,
        tables(),
        catalogue.searchPath(),
        facts);
  }

  private List<Table> tables() {
    List<UsedColumns> used =
        definition.selects().stream().map(select -> new UsedColumns(select, catalogue)).toList();
    return List.copyOf(Layouts.of(used, catalogue).values());
  }

  /** The key columns, which all facts must share. */
  private List<Column> keys() {
    List<Column> shared = null;
    for (Select select : definition.selects()) {
      List<Column> own = keys(select);
      if (shared == null) {
        shared = own;
      } else if (!own.equals(shared)) {
        problems.add(
            new Problem(
                select.file(),
                Place.START,
                "Its key columns are " + own + ", those of the first fact " + shared + ".",
                "All facts of a rollup land in one table: give them the same workspace, day and"
                    + " dimensions, in the same order."));
      }
    }
    return shared == null ? List.of() : shared;
  }

  private List<Column> keys(Select select) {
    Map<String, SqlType> types = catalogue.outputs().get(select.fact());
    List<Column> keys = new ArrayList<>();
    keys.add(new Column("workspace_id", SqlType.TEXT));
    keys.add(new Column("day", SqlType.DATE));
    for (Select.Key key : select.keys()) {
      if (!key.name().equals("workspace_id") && !key.name().equals("day")) {
        keys.add(new Column(key.name(), types.get(key.name())));
      }
    }
    return keys;
  }

  private void checkMeasureNames(List<Column> keys) {
    Map<String, String> owners = new HashMap<>();
    keys.forEach(key -> owners.put(key.name(), "a key column"));
    Set.of("generation", "updated_at", "served_from", "complete_through")
        .forEach(name -> owners.put(name, "a column of every rollup"));
    for (Select select : definition.selects()) {
      for (Select.AggregateCall call : select.aggregates()) {
        String owner = owners.putIfAbsent(call.name(), "a measure of " + select.fact());
        if (owner != null) {
          problems.add(
              new RefusedException(
                      call.place(),
                      "The measure '" + call.name() + "' has the name of " + owner + ".",
                      "Measure names are unique within a rollup: rename it.")
                  .in(select.file(), select.sql()));
        }
      }
    }
  }
}
