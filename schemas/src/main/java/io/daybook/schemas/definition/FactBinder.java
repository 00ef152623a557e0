// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.aggregate.Aggregate;
import io.daybook.schemas.aggregate.CountAggregate;
import io.daybook.schemas.aggregate.IntegerSum;
import io.daybook.schemas.aggregate.NumericSum;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.catalogue.ZoneOffsets;
import io.daybook.schemas.expression.ColumnValue;
import io.daybook.schemas.expression.Expression;
import io.daybook.schemas.expression.ExpressionCompiler;
import io.daybook.schemas.expression.Scope;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.Place;
import io.daybook.schemas.sql.Problems;
import io.daybook.schemas.sql.RefusedException;
import io.daybook.schemas.sql.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Binds one SELECT. */
final class FactBinder implements Scope {
  /** Kinds whose JSON in a topic's key is the same bytes for the same value. */
  private static final Set<Kind> JOINABLE =
      Set.of(Kind.INT2, Kind.INT4, Kind.INT8, Kind.TEXT, Kind.UUID);

  private final Select select;
  private final Catalogue catalogue;
  private final Problems problems;
  private final Map<TableName, Table> layouts;
  private final UsedColumns columns;
  private final Map<String, SqlType> outputs;
  private final ExpressionCompiler compiler = new ExpressionCompiler(this);

  private FactBinder(Select select, Catalogue catalogue, Problems problems) {
    this.select = select;
    this.problems = problems;
    this.catalogue = catalogue;
    this.columns = new UsedColumns(select, catalogue);
    this.layouts = Layouts.of(List.of(columns), catalogue);
    this.outputs = catalogue.outputs().get(select.fact());
  }

  /**
   * Binds a SELECT.
   *
   * @throws DefinitionException with all its problems
   */
  static Fact bind(Select select, Catalogue catalogue, int index) {
    Problems problems = new Problems(select.file(), select.sql());
    FactBinder binder = problems.attempt(() -> new FactBinder(select, catalogue, problems));
    problems.throwIfAny();
    return binder.bind(index);
  }

  private Fact bind(int index) {
    List<Relation> relations = relations();
    select.keys().forEach(key -> problems.attempt(() -> checkGrouping(key)));
    Expression workspace =
        problems.attempt(() -> workspace(required("workspace_id", "the workspace")));
    Expression day = problems.attempt(() -> day(required("day", "the day")));
    List<Expression> dimensions = new ArrayList<>();
    for (Select.Key key : select.keys()) {
      if (!key.name().equals("workspace_id") && !key.name().equals("day")) {
        problems.attempt(() -> dimensions.add(dimension(key)));
      }
    }
    List<Measure> measures = new ArrayList<>();
    for (Select.AggregateCall call : select.aggregates()) {
      problems.attempt(() -> measures.add(measure(call)));
    }
    Expression where =
        select.where() == null ? null : problems.attempt(() -> compiler.condition(select.where()));
    problems.throwIfAny();
    return new Fact(
        select.fact(), index, select.sql(), relations, where, workspace, day, dimensions, measures);
  }

  private Expression day(Select.Key key) {
    if (outputs.get("day").kind() != Kind.DATE) {
      throw new RefusedException(
          key.place(),
          "The output column 'day' is a " + outputs.get("day") + ", not a date.",
          outputs.get("day").kind() == Kind.TIMESTAMPTZ
              ? "Say in which time zone: (… AT TIME ZONE 'UTC')::date AS day."
              : "Cast it: (…)::date AS day.");
    }
    return compiler.compile(key.value());
  }

  /** In GROUP BY a name means a column of the tables first, and an output column only then. */
  private void checkGrouping(Select.Key key) {
    boolean column = key.value() instanceof Node.ColumnUse use && use.name().equals(key.name());
    if (column || !select.groupedByName().contains(key.name())) {
      return;
    }
    for (Select.FromTable from : select.tables()) {
      if (catalogue.tables().get(from.written()).indexOf(key.name()) >= 0) {
        throw new RefusedException(
            key.place(),
            "Not supported: GROUP BY "
                + key.name()
                + ", which is a column of "
                + from.written()
                + " as well as an output column.",
            "Postgres groups by the table's column; write the number of the output column.");
      }
    }
  }

  private Expression workspace(Select.Key key) {
    Expression workspace = compiler.compile(key.value());
    return workspace.type().kind() == Kind.BPCHAR
        ? compiler.compileAsText(key.value())
        : grouped(key, workspace);
  }

  private Expression dimension(Select.Key key) {
    Expression dimension = compiler.compile(key.value());
    if (dimension.type().kind() == Kind.BPCHAR && !(key.value() instanceof Node.ColumnUse)) {
      throw new RefusedException(
          key.place(),
          "Not supported: the dimension '" + key.name() + "', a made-up " + dimension.type() + ".",
          "Texts that differ only in their padding are one group, shown as any of them; cast it to"
              + " text.");
    }
    return grouped(key, dimension);
  }

  private static Expression grouped(Select.Key key, Expression value) {
    Kind kind = value.type().kind();
    if (kind == Kind.INTERVAL || kind == Kind.ARRAY || kind == Kind.JSONB) {
      throw new RefusedException(
          key.place(),
          "Not supported: groups of " + value.type() + ", as '" + key.name() + "' has.",
          "Group by a number, a text, a uuid, a date or a boolean.");
    }
    return value;
  }

  @Override
  public String collation(Node.ColumnUse use) {
    String written = select.tables().get(columns.slotOf(use)).written();
    return catalogue.collations().of(written, use.name());
  }

  @Override
  public Collations.Behaviour behaviour(String collation) {
    return catalogue.collations().behaviour(collation);
  }

  @Override
  public ZoneOffsets zone(String name) {
    return catalogue.zones().get(name);
  }

  @Override
  public ColumnValue column(Node.ColumnUse use) {
    int slot = columns.slotOf(use);
    Table table = layout(slot);
    int index = table.indexOf(use.name());
    if (index < 0) {
      throw new RefusedException(
          use.place(),
          "Not supported: " + use.sql() + ", which is no column of " + table.name() + ".",
          "Row changes hold a table's own columns and no system columns.");
    }
    return new ColumnValue(slot, index, table.columns().get(index).type());
  }

  @Override
  public SqlType typeOf(Node node) {
    SqlType type = catalogue.expressions().get(select.fact()).get(node.sql());
    if (type == null) {
      throw new IllegalStateException("Postgres was not asked about '" + node.sql() + "'");
    }
    return type;
  }

  private Table layout(int slot) {
    return layouts.get(catalogue.tables().get(select.tables().get(slot).written()).name());
  }

  private Select.Key required(String name, String meaning) {
    return select
        .key(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    Place.START,
                    "There is no output column named " + name + ", " + meaning + ".",
                    "Name it: … AS " + name + "."));
  }

  private Measure measure(Select.AggregateCall call) {
    Expression argument = call.argument() == null ? null : compiler.compile(call.argument());
    Expression filter = call.filter() == null ? null : compiler.condition(call.filter());
    return new Measure(
        call.name(), outputs.get(call.name()), aggregate(call, argument), argument, filter);
  }

  private static Aggregate<?> aggregate(Select.AggregateCall call, Expression argument) {
    if (call.function().equals("count")) {
      return new CountAggregate(argument == null);
    }
    Kind kind = argument.type().kind();
    if (kind == Kind.INT2 || kind == Kind.INT4) {
      return new IntegerSum();
    }
    if (kind == Kind.INT8 || kind == Kind.NUMERIC) {
      return new NumericSum();
    }
    throw new RefusedException(
        call.place(),
        "Not supported: a sum of " + argument.type() + ".",
        "Supported are sums of integers and numeric; cast it.");
  }

  private List<Relation> relations() {
    List<Relation> relations = new ArrayList<>();
    for (int slot = 0; slot < select.tables().size(); slot++) {
      Select.FromTable from = select.tables().get(slot);
      int place = slot;
      problems.attempt(() -> relations.add(relation(from, place, relations)));
    }
    return relations;
  }

  private Relation relation(Select.FromTable from, int slot, List<Relation> relations) {
    Table table = layout(slot);
    if (relations.stream().anyMatch(other -> other.table().name().equals(table.name()))) {
      throw new RefusedException(
          from.place(),
          "Not supported: the table " + table.name() + " twice in one FROM.",
          "Join each table once; a table joined with itself has no one row that changes.");
    }
    return from.on() == null ? Relation.fact(from.alias(), table) : parent(from, slot, table);
  }

  private Relation parent(Select.FromTable from, int slot, Table table) {
    Node.ColumnUse left = from.on().left();
    Node.ColumnUse right = from.on().right();
    boolean leftIsParent = columns.slotOf(left) == slot;
    Node.ColumnUse key = leftIsParent ? left : right;
    ColumnValue child = column(leftIsParent ? right : left);
    if (columns.slotOf(key) != slot || child.slot() >= slot) {
      throw new RefusedException(
          from.on().place(),
          "The join must compare a column of " + from.alias() + " with one of a table before it.",
          "Write ON " + from.alias() + ".key = child.column.");
    }
    requireDeterministic(left);
    requireDeterministic(right);
    ColumnValue parent = column(key);
    Relation relation =
        new Relation(
            slot, from.alias(), table, !from.left(), child.slot(), child.index(), parent.index());
    if (!relation.byPrimaryKey() && !table.unique().contains(key.name())) {
      throw notUnique(key, table);
    }
    checkKeyTypes(from, parent.type(), child.type());
    return relation;
  }

  /** Rows meet by the bytes of their keys. */
  private void requireDeterministic(Node.ColumnUse key) {
    String collation = collation(key);
    if (behaviour(collation) == Collations.Behaviour.NONDETERMINISTIC) {
      throw new RefusedException(
          key.place(),
          "Not supported: a join on "
              + key.sql()
              + ", which has the nondeterministic collation "
              + collation
              + ".",
          "Under it different texts are equal; join on a key without it.");
    }
  }

  private static RefusedException notUnique(Node.ColumnUse key, Table table) {
    List<String> known = new ArrayList<>(table.unique());
    if (table.primaryKey().size() == 1) {
      known.add(0, table.primaryKey().get(0));
    }
    String index =
        "CREATE UNIQUE INDEX ON %s (%s)"
            .formatted(table.name().quoted(), Identifier.quote(key.name()));
    return new RefusedException(
        key.place(),
        "Not supported: a join on "
            + key.sql()
            + ", which alone is neither the primary key of "
            + table.name()
            + " nor unique: a row could have several parents.",
        (known.isEmpty() ? "" : "Join by one of " + known + ", or make it unique first: ")
            + index
            + "; whole, neither partial nor over an expression.");
  }

  private static void checkKeyTypes(Select.FromTable from, SqlType parent, SqlType child) {
    boolean integers = parent.kind().isInteger() && child.kind().isInteger();
    if (!JOINABLE.contains(parent.kind()) || (parent.kind() != child.kind() && !integers)) {
      throw new RefusedException(
          from.on().place(),
          "Not supported: a join of " + parent + " with " + child + ".",
          "Supported keys are the integers, text, varchar and uuid, on both sides alike.");
    }
  }
}
