// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.aggregate.Aggregate;
import io.daybook.schemas.aggregate.CountAggregate;
import io.daybook.schemas.aggregate.IntegerSum;
import io.daybook.schemas.aggregate.NumericSum;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Collations;
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
import io.daybook.schemas.sql.Problems;
import io.daybook.schemas.sql.RefusedException;
import io.daybook.schemas.sql.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Binds one SELECT. */
final class FactBinder implements Scope {
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
    List<Relation> relations = new RelationBinder(select, columns, this).bind(problems);
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

  /** A table of FROM with the columns that are used. */
  Table layout(int slot) {
    return layouts.get(catalogue.tables().get(select.tables().get(slot).written()).name());
  }

  private Select.Key required(String name, String meaning) {
    return select
        .key(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    select.place(),
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
}
