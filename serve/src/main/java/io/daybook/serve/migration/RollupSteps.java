// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static io.daybook.schemas.table.DaybookSchema.READER_ROLE;
import static io.daybook.schemas.table.DaybookSchema.SINK_ROLE;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.Definition;
import io.daybook.schemas.table.FunctionDefinition;
import io.daybook.schemas.table.ReadFunctions;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.table.StoredColumn;
import io.daybook.serve.migration.TargetCatalogue.PresentColumn;
import io.daybook.serve.migration.TargetCatalogue.PresentFunction;
import java.util.ArrayList;
import java.util.List;

/** The steps for one rollup: its table, view and functions, and the rows of its progress. */
final class RollupSteps {
  private static final String ANEW =
      "'daybook uninstall' and then 'daybook migrate' to build it anew";

  private final Rollup rollup;
  private final RollupTable table;
  private final ReadFunctions functions;
  private final TargetCatalogue catalogue;
  private final Grants grants;

  RollupSteps(RollupTable table, boolean sourceIsTarget, TargetCatalogue catalogue) {
    this.rollup = table.rollup();
    this.table = table;
    this.functions = new ReadFunctions(table, sourceIsTarget);
    this.catalogue = catalogue;
    this.grants = new Grants(catalogue);
  }

  List<Step> steps(GenerationRecord present, int partitions) {
    refuseOther(present, partitions);
    List<Step> steps = new ArrayList<>();
    steps.add(create(table.table()));
    addColumns(steps);
    steps.add(create(table.partition()));
    steps.add(grants.table(table.tableName(), SINK_ROLE, Grants.WRITE));
    steps.add(grants.table(table.partitionName(), SINK_ROLE, Grants.WRITE));
    steps.addAll(progress(present, partitions));

    List<String> viewColumns = catalogue.columnNames(table.viewName());
    steps.add(
        new Step(
            "view daybook." + table.viewName(),
            table.view(viewColumns).sql(),
            !viewColumns.containsAll(table.viewColumns())));
    steps.add(grants.table(table.viewName(), READER_ROLE, Grants.READ));

    Step answer = answer();
    steps.add(answer);
    function(steps, functions.sourceFunction(), false);
    function(steps, functions.readFunction(), answer.needed());
    return steps;
  }

  private void function(List<Step> steps, FunctionDefinition function, boolean dropped) {
    PresentFunction there = dropped ? null : catalogue.functions().get(function.name());
    boolean same =
        there != null
            && there.body().equals(function.body())
            && unquoted(function.path()).equals(unquoted(there.searchPath()));
    steps.add(new Step("function daybook." + function.name(), function.sql(), !same));
    steps.add(grants.function(function, there == null));
  }

  /** A generation is what its definition was when it was made; nothing may change under it. */
  private void refuseOther(GenerationRecord present, int partitions) {
    if (present.exists() && !present.hash().equals(rollup.hash())) {
      throw MigrationRefusedException.with(
          ("The definition of rollup '%s' has changed since its generation %d was made (hash %s"
                  + " there, %s now)")
              .formatted(rollup.name(), rollup.generation(), present.hash(), rollup.hash()),
          "restore the old files, or run " + ANEW);
    }
    if (present.exists() && present.partitions() != partitions) {
      throw MigrationRefusedException.with(
          "Generation %d of rollup '%s' has %d partitions, the configuration says %d"
              .formatted(rollup.generation(), rollup.name(), present.partitions(), partitions),
          "restore the number, or run " + ANEW);
    }
  }

  private Step create(Definition definition) {
    return new Step(
        "table daybook." + definition.name(), definition.sql(), !catalogue.has(definition.name()));
  }

  private void addColumns(List<Step> steps) {
    List<PresentColumn> present = catalogue.columns().get(table.tableName());
    if (present == null) {
      return;
    }
    for (StoredColumn key : table.keys()) {
      if (!isPresent(present, key)) {
        throw MigrationRefusedException.with(
            ("Rollup '%s' has a new dimension '%s'; the table daybook.%s has none. Generations of a"
                    + " rollup share their dimensions")
                .formatted(rollup.name(), key.name(), table.tableName()),
            "give the changed one a folder of its own");
      }
    }
    for (StoredColumn measure : table.measures()) {
      if (!isPresent(present, measure)) {
        steps.add(
            new Step(
                "column %s of daybook.%s".formatted(measure.name(), table.tableName()),
                table.addColumn(measure),
                true));
      }
    }
  }

  private boolean isPresent(List<PresentColumn> present, StoredColumn column) {
    for (PresentColumn other : present) {
      if (other.name().equals(column.name())) {
        if (!other.type().equals(column.type())) {
          throw MigrationRefusedException.with(
              "Column '%s' of rollup '%s' is %s now and %s in daybook.%s"
                  .formatted(
                      column.name(), rollup.name(), column.type(), other.type(), table.tableName()),
              "give it another name with AS");
        }
        return true;
      }
    }
    return false;
  }

  private List<Step> progress(GenerationRecord present, int partitions) {
    String name = Identifier.literal(rollup.name());
    int generation = rollup.generation();
    String which = "%d of %s".formatted(generation, rollup.name());
    return List.of(
        new Step(
            "generation " + which,
            """
            INSERT INTO daybook.generation (rollup, generation, definition_hash, partitions)
            VALUES (%s, %d, %s, %d)"""
                .formatted(name, generation, Identifier.literal(rollup.hash()), partitions),
            !present.exists()),
        new Step(
            "progress of %d partitions for generation %s".formatted(partitions, which),
            """
            INSERT INTO daybook.progress (rollup, generation, partition)
            SELECT %s, %d, p FROM generate_series(0, %d) p
            ON CONFLICT DO NOTHING"""
                .formatted(name, generation, partitions - 1),
            present.progressRows() != partitions),
        new Step(
            "current generation of " + rollup.name(),
            "INSERT INTO daybook.current_generation (rollup, generation) VALUES (%s, %d)"
                .formatted(name, generation),
            !present.pointed()));
  }

  /** A type of other columns takes its function with it, which the next step makes anew. */
  private Step answer() {
    List<PresentColumn> wanted =
        functions.answerColumns().stream()
            .map(column -> new PresentColumn(column.name(), column.type()))
            .toList();
    List<PresentColumn> present = catalogue.columns().get(table.answerName());
    String create = functions.answer().sql();
    return new Step(
        "type daybook." + table.answerName(),
        present == null
            ? create
            : "DROP FUNCTION IF EXISTS %s(text, date, date);\nDROP TYPE %s;\n%s"
                .formatted(
                    DaybookSchema.qualified(table.readFunctionName()),
                    DaybookSchema.qualified(table.answerName()),
                    create),
        !wanted.equals(present));
  }

  /** Postgres keeps names of the path unquoted where it can. */
  private static String unquoted(String path) {
    return path == null ? "" : path.replace("\"", "");
  }
}
