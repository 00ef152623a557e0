// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.aggregate.Aggregate;
import io.daybook.schemas.aggregate.CountAggregate;
import io.daybook.schemas.aggregate.IntegerSum;
import io.daybook.schemas.aggregate.NumericSum;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.expression.ColumnValue;
import io.daybook.schemas.expression.Expression;
import io.daybook.schemas.expression.ExpressionCompiler;
import io.daybook.schemas.expression.Scope;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.Place;
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
  private final Map<TableName, Table> layouts;
  private final UsedColumns columns;
  private final Map<String, SqlType> outputs;
  private final ExpressionCompiler compiler = new ExpressionCompiler(this);

  FactBinder(Select select, Catalogue catalogue) {
    this.select = select;
    this.catalogue = catalogue;
    this.columns = new UsedColumns(select, catalogue);
    this.layouts = Layouts.of(List.of(columns), catalogue);
    this.outputs = catalogue.outputs().get(select.fact());
  }

  Fact bind(int index) {
    List<Relation> relations = relations();
    Select.Key workspace = required("workspace_id", "the workspace");
    Select.Key day = required("day", "the day");
    if (outputs.get("day").kind() != Kind.DATE) {
      throw new RefusedException(
          day.place(),
          "The output column 'day' is a " + outputs.get("day") + ", not a date.",
          "Cast it: (…)::date AS day.");
    }
    List<Expression> dimensions = new ArrayList<>();
    for (Select.Key key : select.keys()) {
      if (key != workspace && key != day) {
        dimensions.add(compiler.compile(key.value()));
      }
    }
    List<Measure> measures = new ArrayList<>();
    for (Select.AggregateCall call : select.aggregates()) {
      measures.add(measure(call));
    }
    return new Fact(
        select.fact(),
        index,
        select.sql(),
        relations,
        select.where() == null ? null : compiler.condition(select.where()),
        compiler.compile(workspace.value()),
        compiler.compile(day.value()),
        dimensions,
        measures);
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
    for (Select.FromTable from : select.tables()) {
      int slot = relations.size();
      Table table = layout(slot);
      if (relations.stream().anyMatch(other -> other.table().name().equals(table.name()))) {
        throw new RefusedException(
            from.place(), "Not supported: the table " + table.name() + " twice in one FROM.", "");
      }
      relations.add(
          from.on() == null ? Relation.fact(from.alias(), table) : parent(from, slot, table));
    }
    return relations;
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
