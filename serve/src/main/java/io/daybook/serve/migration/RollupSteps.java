// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static io.daybook.schemas.table.DaybookSchema.READER_ROLE;
import static io.daybook.schemas.table.DaybookSchema.SINK_ROLE;
import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.Definition;
import io.daybook.schemas.table.FunctionDefinition;
import io.daybook.schemas.table.LiveAnswer;
import io.daybook.schemas.table.ReadFunctions;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.table.StoredColumn;
import io.daybook.serve.migration.TargetCatalogue.PresentColumn;
import io.daybook.serve.migration.TargetCatalogue.PresentFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The steps for one rollup: its table, view and functions, and what each of the generations that
 * are wanted has of its own.
 */
final class RollupSteps {
  private static final String ANEW =
      "'daybook uninstall' and then 'daybook migrate' to build it anew";

  private final List<RollupTable> wanted;
  private final RollupTable newest;
  private final Map<Integer, GenerationRecord> present = new TreeMap<>();
  private final boolean pointed;
  private final TargetCatalogue catalogue;
  private final Grants grants;
  private final Set<String> obsolete;
  private final ReadFunctions functions;

  /**
   * @param wanted generations of one rollup, by number
   * @param records what the tables say about all of them
   * @param pointed whether the view points at any
   * @param drops whether columns go that no generation has any more
   */
  RollupSteps(
      List<RollupTable> wanted,
      List<GenerationRecord> records,
      boolean pointed,
      boolean sourceIsTarget,
      boolean drops,
      TargetCatalogue catalogue) {
    this.wanted = List.copyOf(wanted);
    this.newest = wanted.get(wanted.size() - 1);
    records.forEach(each -> present.put(each.number(), each));
    this.pointed = pointed;
    this.catalogue = catalogue;
    this.grants = new Grants(catalogue);
    List<LiveAnswer> live = liveAnswers();
    this.obsolete = drops ? obsolete(live) : Set.of();
    this.functions = new ReadFunctions(newest, stored(newest.answerName()), live, sourceIsTarget);
  }

  List<Step> steps(int partitions) {
    wanted.forEach(each -> refuseOther(each, partitions));
    List<Step> steps = new ArrayList<>();
    steps.add(create(newest.table()));
    List<Step> columns = new ArrayList<>();
    addColumns(columns);
    lockView(steps, !columns.isEmpty());
    dropWholeIndex(steps);
    steps.addAll(columns);
    steps.add(grants.table(newest.tableName(), SINK_ROLE, Grants.WRITE));
    for (RollupTable each : wanted) {
      steps.add(create(each.partition()));
      steps.add(grants.table(each.partitionName(), SINK_ROLE, Grants.WRITE));
      generation(steps, each, partitions);
    }
    dropColumns(steps);
    view(steps);
    answer(steps);
    steps.addAll(functions());
    return steps;
  }

  /** Rows by which the version of control grows; after all that may have to wait. */
  List<Step> last() {
    List<Step> steps = new ArrayList<>();
    for (RollupTable each : wanted) {
      GenerationRecord there = present.get(each.rollup().generation());
      LiveAnswer live = LiveAnswer.of(each.rollup());
      steps.add(liveQuery(live, there == null || !live.equals(there.live())));
    }
    for (GenerationRecord each : present.values()) {
      if (each.live() == null
          && isThere(each)
          && wanted.stream().noneMatch(one -> isOf(one, each))) {
        steps.add(liveQuery(liveAnswer(each), true));
      }
    }
    steps.add(
        new Step(
            "current generation of " + newest.viewName(),
            "INSERT INTO daybook.current_generation (rollup, generation) VALUES (%s, %d)"
                .formatted(
                    Identifier.literal(newest.viewName()), wanted.get(0).rollup().generation()),
            !pointed));
    return steps;
  }

  /** Those for what readers call, as the generations are that there are. */
  List<Step> functions() {
    List<Step> steps = new ArrayList<>();
    function(steps, functions.sourceFunction());
    function(steps, functions.readFunction());
    return steps;
  }

  /** Of every generation that is wanted or has a table, by number. */
  private List<LiveAnswer> liveAnswers() {
    Map<Integer, LiveAnswer> answers = new TreeMap<>();
    for (GenerationRecord each : present.values()) {
      if (isThere(each)) {
        answers.put(each.number(), liveAnswer(each));
      }
    }
    wanted.forEach(each -> answers.put(each.rollup().generation(), LiveAnswer.of(each.rollup())));
    return List.copyOf(answers.values());
  }

  private boolean isThere(GenerationRecord of) {
    return catalogue.has(RollupTable.partitionName(newest.viewName(), of.number()));
  }

  private static boolean isOf(RollupTable table, GenerationRecord record) {
    return table.rollup().generation() == record.number();
  }

  private LiveAnswer liveAnswer(GenerationRecord of) {
    if (of.live() != null) {
      return of.live();
    }
    return wanted.stream()
        .map(RollupTable::rollup)
        .filter(each -> each.hash().equals(of.hash()))
        .findFirst()
        .map(each -> LiveAnswer.of(each.as(of.number())))
        .orElseThrow(
            () ->
                MigrationRefusedException.with(
                    "An earlier version made generation %d of rollup '%s', and its live query is not known"
                        .formatted(of.number(), newest.viewName()),
                    "run 'daybook migrate' with the definition that it was made for"));
  }

  private void function(List<Step> steps, FunctionDefinition function) {
    PresentFunction there = catalogue.functions().get(function.name());
    boolean same =
        there != null
            && there.body().equals(function.body())
            && unquoted(function.config()).equals(unquoted(there.config()));
    steps.add(new Step("function daybook." + function.name(), function.sql(), !same));
    steps.add(grants.function(function, there == null));
  }

  /** A generation is what its definition was when it was made; nothing may change under it. */
  private void refuseOther(RollupTable table, int partitions) {
    Rollup rollup = table.rollup();
    GenerationRecord there = present.get(rollup.generation());
    if (there != null && !there.hash().equals(rollup.hash())) {
      throw MigrationRefusedException.with(
          ("The definition of rollup '%s' has changed since its generation %d was made (hash %s"
                  + " there, %s now)")
              .formatted(rollup.name(), rollup.generation(), there.hash(), rollup.hash()),
          "restore the old files, or run " + ANEW);
    }
    if (there != null && there.partitions() != partitions) {
      throw MigrationRefusedException.with(
          "Generation %d of rollup '%s' has %d partitions, the configuration says %d"
              .formatted(rollup.generation(), rollup.name(), there.partitions(), partitions),
          "restore the number, or run " + ANEW);
    }
  }

  private Step create(Definition definition) {
    return new Step(
        "table daybook." + definition.name(), definition.sql(), !catalogue.has(definition.name()));
  }

  /** What takes long and lets readers read; before everything else. */
  List<Step> early() {
    return index()
        .map(
            index ->
                new Step(
                    "an index for each generation of " + newest.viewName(),
                    newest.splitIndex(index),
                    true))
        .stream()
        .toList();
  }

  private Optional<String> index() {
    return Optional.ofNullable(catalogue.wholeIndexes().get(newest.tableName()));
  }

  private void dropWholeIndex(List<Step> steps) {
    index()
        .ifPresent(
            index ->
                steps.add(
                    new Step(
                        "no index over all generations of " + newest.viewName(),
                        "DROP INDEX " + DaybookSchema.qualified(index),
                        true)));
  }

  /**
   * Readers lock the view before what it reads, so that whoever takes both in another order would
   * wait for them and they for him. {@code LOCK TABLE} would lock what the view reads, too.
   */
  private void lockView(List<Step> steps, boolean columns) {
    boolean there = !catalogue.columnNames(newest.viewName()).isEmpty();
    steps.add(
        new Step(
            "readers of %s wait a moment".formatted(newest.viewName()),
            "ALTER VIEW %s ALTER COLUMN workspace_id DROP DEFAULT"
                .formatted(DaybookSchema.qualified(newest.viewName())),
            there && (columns || index().isPresent() || !obsolete.isEmpty())));
  }

  private void addColumns(List<Step> steps) {
    List<PresentColumn> there = catalogue.columns().get(newest.tableName());
    if (there == null) {
      return;
    }
    Map<String, String> types = new HashMap<>();
    there.forEach(each -> types.put(each.name(), each.type()));
    for (RollupTable table : wanted) {
      for (StoredColumn column : table.columns()) {
        String type = types.putIfAbsent(column.name(), column.type());
        if (type == null) {
          steps.add(
              new Step(
                  "column %s of daybook.%s".formatted(column.name(), newest.tableName()),
                  table.addColumn(column),
                  true));
        } else if (!type.equals(column.type())) {
          throw MigrationRefusedException.with(
              "Column '%s' of rollup '%s' is %s now and %s in daybook.%s"
                  .formatted(
                      column.name(), newest.viewName(), column.type(), type, newest.tableName()),
              "give it another name with AS");
        }
      }
    }
  }

  /** Columns of the view that no generation has. */
  private Set<String> obsolete(List<LiveAnswer> live) {
    Set<String> names = new LinkedHashSet<>(catalogue.columnNames(newest.viewName()));
    live.forEach(each -> names.removeAll(each.columns()));
    names.removeAll(newest.viewColumns());
    return names;
  }

  /** A view can only be made anew without them, which Postgres refuses where others rely on it. */
  private void dropColumns(List<Step> steps) {
    if (obsolete.isEmpty()) {
      return;
    }
    List<String> quoted = obsolete.stream().map(Identifier::quote).toList();
    steps.add(
        new Step(
            "no column %s of %s".formatted(String.join(", ", obsolete), newest.viewName()),
            "DROP VIEW %s;\nALTER TYPE %s %s;\nALTER TABLE %s %s"
                .formatted(
                    DaybookSchema.qualified(newest.viewName()),
                    DaybookSchema.qualified(newest.answerName()),
                    quoted.stream().map("DROP ATTRIBUTE "::concat).collect(joining(", ")),
                    DaybookSchema.qualified(newest.tableName()),
                    quoted.stream().map("DROP COLUMN "::concat).collect(joining(", "))),
            true));
  }

  private void generation(List<Step> steps, RollupTable table, int partitions) {
    Rollup rollup = table.rollup();
    GenerationRecord there = present.get(rollup.generation());
    String name = Identifier.literal(rollup.name());
    int generation = rollup.generation();
    String which = "%d of %s".formatted(generation, rollup.name());
    steps.add(
        new Step(
            "generation " + which,
            """
            INSERT INTO daybook.generation (rollup, generation, definition_hash, partitions)
            VALUES (%s, %d, %s, %d)"""
                .formatted(name, generation, Identifier.literal(rollup.hash()), partitions),
            there == null));
    steps.add(
        new Step(
            "progress of %d partitions for generation %s".formatted(partitions, which),
            """
            INSERT INTO daybook.progress (rollup, generation, partition)
            SELECT %s, %d, p FROM generate_series(0, %d) p
            ON CONFLICT DO NOTHING"""
                .formatted(name, generation, partitions - 1),
            there == null || there.progressRows() != partitions));
  }

  private Step liveQuery(LiveAnswer live, boolean needed) {
    int generation = live.generations().get(0);
    return new Step(
        "live query of generation %d of %s".formatted(generation, newest.viewName()),
        """
        UPDATE daybook.generation
        SET    live_query = %s, live_columns = %s, dimensions = %s, search_path = %s
        WHERE  rollup = %s AND generation = %d"""
            .formatted(
                Identifier.literal(live.query()),
                Step.array(live.columns()),
                Step.array(live.dimensions()),
                Step.array(live.searchPath()),
                Identifier.literal(newest.viewName()),
                generation),
        needed);
  }

  private void view(List<Step> steps) {
    List<String> there = catalogue.columnNames(newest.viewName());
    Set<String> names = new LinkedHashSet<>(there);
    names.removeAll(obsolete);
    wanted.forEach(each -> names.addAll(each.viewColumns()));
    boolean anew = !obsolete.isEmpty();
    steps.add(
        new Step(
            "view daybook." + newest.viewName(),
            newest.view(names).sql(),
            anew || there.size() < names.size()));
    Step grant = grants.table(newest.viewName(), READER_ROLE, Grants.READ);
    steps.add(new Step(grant.what(), grant.sql(), anew || grant.needed()));
  }

  /** It keeps what it has: functions that return it may be running. */
  private void answer(List<Step> steps) {
    List<StoredColumn> there = stored(newest.answerName());
    List<StoredColumn> lacking = functions.lacking(there);
    String create = functions.answer().sql();
    String add =
        "ALTER TYPE %s %s"
            .formatted(
                DaybookSchema.qualified(newest.answerName()),
                lacking.stream()
                    .map(each -> "ADD ATTRIBUTE " + each.quoted() + " " + each.type())
                    .collect(joining(", ")));
    steps.add(
        new Step(
            "type daybook." + newest.answerName(),
            there.isEmpty() ? create : add,
            !lacking.isEmpty()));
  }

  private List<StoredColumn> stored(String relation) {
    return catalogue.columns().getOrDefault(relation, List.of()).stream()
        .filter(each -> !obsolete.contains(each.name()))
        .map(each -> new StoredColumn(each.name(), each.type(), false))
        .toList();
  }

  /** Postgres keeps names of the path unquoted where it can. */
  private static List<String> unquoted(List<String> config) {
    return config.stream().map(each -> each.replace("\"", "")).toList();
  }
}
