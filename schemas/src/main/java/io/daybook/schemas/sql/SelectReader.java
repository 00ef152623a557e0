// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import io.daybook.schemas.catalogue.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.expression.AnalyticExpression;
import net.sf.jsqlparser.expression.AnalyticType;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.Token;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.SelectItem;

/** Reads the text of one SELECT. */
public final class SelectReader {
  private final String fact;
  private final String file;
  private final String sql;
  private final Problems problems;
  private final Set<String> groupedByName = new TreeSet<>();
  private final Places places = new Places();
  private final ExpressionReader expressions = new ExpressionReader(places);

  private SelectReader(String fact, String file, String text) {
    this.fact = fact;
    this.file = file;
    this.problems = new Problems(file, text);
    this.sql = problems.attempt(() -> StatementEnd.strip(text));
  }

  /**
   * Reads one definition file.
   *
   * @throws DefinitionException with everything that is outside the subset
   */
  public static Select read(String fact, String file, String text) {
    return new SelectReader(fact, file, text).read();
  }

  private Select read() {
    problems.throwIfAny();
    PlainSelect select = problems.attempt(this::parse);
    problems.throwIfAny();
    refuseClauses(select);
    List<Select.FromTable> tables = tables(select);
    List<Select.Key> keys = new ArrayList<>();
    List<Select.AggregateCall> aggregates = new ArrayList<>();
    for (SelectItem<?> item : select.getSelectItems()) {
      problems.attempt(() -> output(item, keys, aggregates));
    }
    problems.attempt(() -> checkGrouping(select, keys));
    Node where =
        select.getWhere() == null
            ? null
            : problems.attempt(() -> expressions.read(select.getWhere()));
    problems.throwIfAny();
    return new Select(
        fact,
        file,
        sql,
        select.toString(),
        from(select),
        tables,
        where,
        keys,
        aggregates,
        groupedByName);
  }

  private PlainSelect parse() {
    Statement statement;
    try {
      statement = CCJSqlParserUtil.parse(sql);
    } catch (JSQLParserException e) {
      throw syntaxError(e);
    }
    if (statement instanceof PlainSelect select && select.getFromItem() != null) {
      return select;
    }
    throw new RefusedException(
        Keywords.find(sql, "SELECT"),
        "Not supported: anything but one SELECT … FROM ….",
        "Write one SELECT a file.");
  }

  private static RefusedException syntaxError(JSQLParserException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ParseException parse && parse.currentToken != null) {
        Token token =
            parse.currentToken.next == null ? parse.currentToken : parse.currentToken.next;
        String found = token.image.isEmpty() ? "the end of the text" : "'" + token.image + "'";
        return new RefusedException(
            new Place(token.beginLine, token.beginColumn),
            "Syntax error at or near " + found + ".",
            "Paste the statement into psql: it must run there as it stands.");
      }
    }
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
    return new RefusedException(Place.START, "Syntax error: " + first, "");
  }

  private void refuseClauses(PlainSelect select) {
    refuseIf(select.getDistinct() != null, "SELECT DISTINCT", "GROUP BY makes rows distinct.");
    refuseIf(select.getHaving() != null, "HAVING", "Filter when you read the rollup.");
    refuseIf(select.getOrderByElements() != null, "ORDER BY", "Order when you read the rollup.");
    refuseIf(select.getLimit() != null, "LIMIT", "A rollup holds every group.");
    refuseIf(select.getOffset() != null, "OFFSET", "A rollup holds every group.");
    refuseIf(select.getFetch() != null, "FETCH", "A rollup holds every group.");
    refuseIf(select.getWithItemsList() != null, "WITH", "Write one plain SELECT.");
    refuseIf(select.getWindowDefinitions() != null, "WINDOW", "Windows need all rows at once.");
    refuseIf(select.getIntoTables() != null, "SELECT INTO", "Write one plain SELECT.");
  }

  /** Refuses a clause, at the first of its words that no other clause has. */
  private void refuseIf(boolean present, String what, String remedy) {
    if (present) {
      String word = what.replace("SELECT ", "").split(" ")[0];
      problems.attempt(
          () -> {
            throw new RefusedException(
                Keywords.find(sql, word), "Not supported: " + what + ".", remedy);
          });
    }
  }

  private List<Select.FromTable> tables(PlainSelect select) {
    List<Select.FromTable> tables = new ArrayList<>();
    problems.attempt(() -> tables.add(table(select.getFromItem(), false, null)));
    if (select.getJoins() != null) {
      for (Join join : select.getJoins()) {
        problems.attempt(() -> tables.add(joined(join)));
      }
    }
    return tables;
  }

  private Select.FromTable joined(Join join) {
    Place place = places.of(join);
    boolean plain = !join.isRight() && !join.isFull() && !join.isNatural() && !join.isCross();
    boolean on = join.getOnExpressions().size() == 1 && join.getUsingColumns().isEmpty();
    if (!plain || join.isSimple() || !on) {
      throw new RefusedException(
          place,
          "Not supported: '" + join + "'.",
          "Write [LEFT] JOIN parent p ON p.key = child.column.");
    }
    Expression condition = join.getOnExpressions().iterator().next();
    while (condition instanceof ExpressionList<?> list && list.size() == 1) {
      condition = list.get(0);
    }
    if (condition instanceof EqualsTo equal
        && equal.getLeftExpression() instanceof Column left
        && equal.getRightExpression() instanceof Column right) {
      Select.On both =
          new Select.On(
              places.of(equal),
              expressions.column(left, places.of(left), left.toString()),
              expressions.column(right, places.of(right), right.toString()));
      return table(join.getFromItem(), join.isLeft(), both);
    }
    throw new RefusedException(
        places.of(condition),
        "Not supported: a join on '" + condition + "'.",
        "Join on one equality of a parent's primary key, or a unique column of it, with a column of"
            + " the child; further conditions belong into WHERE or FILTER.");
  }

  private Select.FromTable table(FromItem item, boolean left, Select.On on) {
    Place place = places.of(item);
    if (!(item instanceof Table table) || table.getPivot() != null) {
      throw new RefusedException(
          place, "Not supported: '" + item + "' in FROM.", "Name a table, without subquery.");
    }
    String name = Identifier.fold(table.getName());
    String alias =
        table.getAlias() == null ? name : Identifier.fold(table.getAlias().getName().strip());
    return new Select.FromTable(place, table.getFullyQualifiedName(), alias, left, on);
  }

  private void output(
      SelectItem<?> item, List<Select.Key> keys, List<Select.AggregateCall> aggregates) {
    Expression value = item.getExpression();
    Place place = places.of(item);
    if (value instanceof AllColumns) {
      throw new RefusedException(place, "Not supported: SELECT *.", "Name every output column.");
    }
    String name = name(item, place);
    Optional<Select.AggregateCall> aggregate = aggregate(value, place, name);
    if (aggregate.isPresent()) {
      aggregates.add(aggregate.get());
    } else {
      keys.add(new Select.Key(place, name, expressions.read(value)));
    }
  }

  private static String name(SelectItem<?> item, Place place) {
    if (item.getAlias() != null) {
      return Identifier.fold(item.getAlias().getName().strip());
    }
    if (item.getExpression() instanceof Column column) {
      return Identifier.fold(column.getColumnName());
    }
    throw new RefusedException(
        place,
        "The output column '" + item + "' has no name.",
        "Add AS and a name: it becomes a column of the rollup table.");
  }

  private Optional<Select.AggregateCall> aggregate(Expression value, Place place, String name) {
    if (value instanceof Function call && isAggregate(call.getName())) {
      boolean plain = !call.isDistinct() && call.getOrderByElements() == null;
      Expression argument = plain ? argument(call.getParameters()) : null;
      return Optional.of(aggregate(value, call.getName(), argument, null, place, name));
    }
    if (value instanceof AnalyticExpression call) {
      boolean filterOnly =
          call.getType() == AnalyticType.FILTER_ONLY
              && !call.isDistinct()
              && call.getFuncOrderBy() == null;
      Expression argument = filterOnly ? call.getExpression() : null;
      Node filter = filterOnly ? expressions.read(call.getFilterExpression()) : null;
      return Optional.of(aggregate(value, call.getName(), argument, filter, place, name));
    }
    return Optional.empty();
  }

  private Select.AggregateCall aggregate(
      Expression whole,
      String written,
      Expression argument,
      Node filter,
      Place place,
      String name) {
    String function = written.toLowerCase(Locale.ROOT);
    boolean everyRow = argument instanceof AllColumns;
    boolean supported = function.equals("count") || (function.equals("sum") && !everyRow);
    if (argument == null || !supported) {
      throw new RefusedException(
          place,
          "Not supported: '" + whole + "'.",
          isWindow(whole) ? Supported.AGGREGATE_CALLS : Supported.insteadOf(function, argument));
    }
    Node counted = everyRow ? null : expressions.read(argument);
    return new Select.AggregateCall(place, name, function, counted, filter);
  }

  private static boolean isWindow(Expression call) {
    return call instanceof AnalyticExpression analytic
        && analytic.getType() != AnalyticType.FILTER_ONLY;
  }

  private static boolean isAggregate(String name) {
    return Supported.AGGREGATES.contains(name.toLowerCase(Locale.ROOT));
  }

  private static Expression argument(ExpressionList<?> parameters) {
    return parameters != null && parameters.size() == 1 ? parameters.get(0) : null;
  }

  /** GROUP BY must name exactly the output columns that are no aggregates. */
  private void checkGrouping(PlainSelect select, List<Select.Key> keys) {
    if (select.getGroupBy() == null || !select.getGroupBy().getGroupingSets().isEmpty()) {
      throw new RefusedException(
          Keywords.find(sql, select.getGroupBy() == null ? "SELECT" : "GROUP"),
          "The SELECT needs a plain GROUP BY.",
          "Group by workspace, day and every dimension, e.g. GROUP BY 1, 2.");
    }
    List<String> grouped = new ArrayList<>();
    for (Expression expression : select.getGroupBy().getGroupByExpressionList()) {
      grouped.add(groupedName(select, expression));
    }
    for (Select.Key key : keys) {
      if (!grouped.contains(key.name())) {
        throw new RefusedException(
            key.place(),
            "The output column '" + key.name() + "' is neither grouped by nor an aggregate.",
            "Add it to GROUP BY.");
      }
    }
  }

  /** Resolves an entry of GROUP BY (a number, an alias or an expression) to an output column. */
  private String groupedName(PlainSelect select, Expression expression) {
    List<SelectItem<?>> items = select.getSelectItems();
    if (expression instanceof LongValue number) {
      long index = number.getValue();
      if (index >= 1 && index <= items.size()) {
        SelectItem<?> item = items.get((int) index - 1);
        return name(item, places.of(item));
      }
    }
    for (SelectItem<?> item : items) {
      // As text, because the parser takes a bare "day" for a unit of time.
      String written = Identifier.fold(expression.toString());
      boolean alias = written.equals(name(item, places.of(item)));
      if (alias) {
        groupedByName.add(written);
      }
      if (alias || item.getExpression().toString().equals(expression.toString())) {
        return name(item, places.of(item));
      }
    }
    throw new RefusedException(
        places.of(expression),
        "GROUP BY '" + expression + "' is not among the output columns.",
        "Add it to the output with a name: every grouping is a key column of the rollup.");
  }

  private static String from(PlainSelect select) {
    StringBuilder text = new StringBuilder(select.getFromItem().toString());
    if (select.getJoins() != null) {
      select.getJoins().forEach(join -> text.append(' ').append(join));
    }
    return text.toString();
  }
}
