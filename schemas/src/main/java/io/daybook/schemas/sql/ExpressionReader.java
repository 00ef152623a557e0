// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import io.daybook.schemas.catalogue.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.sf.jsqlparser.expression.ArrayConstructor;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.BooleanValue;
import net.sf.jsqlparser.expression.CaseExpression;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.CollateExpression;
import net.sf.jsqlparser.expression.DoubleValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.NullValue;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.WhenClause;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsBooleanExpression;
import net.sf.jsqlparser.expression.operators.relational.IsDistinctExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.IsUnknownExpression;
import net.sf.jsqlparser.expression.operators.relational.LikeExpression;
import net.sf.jsqlparser.schema.Column;

/** Turns the parser's expressions into {@link Node}s and refuses what is outside the subset. */
final class ExpressionReader {
  private static final Set<String> BINARY =
      Set.of("AND", "OR", "=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "||");

  private final Places places;
  private final CallReader calls = new CallReader(this);

  ExpressionReader(Places places) {
    this.places = places;
  }

  Node read(Expression expression) {
    Place place = places.of(expression);
    String sql = expression.toString();
    if (expression instanceof Column column) {
      return column(column, place, sql);
    } else if (expression instanceof ExpressionList<?> list && list.size() == 1) {
      return read(list.get(0));
    } else if (expression instanceof IsDistinctExpression distinct) {
      String operator = distinct.isNot() ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM";
      return binary(distinct, place, sql, operator);
    } else if (expression instanceof LikeExpression like) {
      return like(like, place, sql);
    } else if (expression instanceof BinaryExpression binary) {
      return binary(binary, place, sql, binary.getStringExpression().toUpperCase(Locale.ROOT));
    } else if (expression instanceof NotExpression not) {
      return new Node.Unary(place, sql, "NOT", read(not.getExpression()));
    } else if (expression instanceof SignedExpression signed) {
      return signed(signed, place, sql);
    } else if (expression instanceof Between between) {
      return between(between, place, sql);
    } else if (expression instanceof InExpression in) {
      return in(in, place, sql);
    } else if (expression instanceof CaseExpression choice) {
      return choice(choice, place, sql);
    } else if (expression instanceof CastExpression cast) {
      return cast(cast, place, sql);
    } else if (expression instanceof Function function) {
      return calls.call(function, place, sql);
    } else if (CallReader.reads(expression)) {
      return calls.read(expression, place, sql);
    }
    return testOrConstant(expression, place, sql);
  }

  private Node testOrConstant(Expression expression, Place place, String sql) {
    if (expression instanceof IsNullExpression is) {
      return new Node.Is(place, sql, read(is.getLeftExpression()), "NULL", is.isNot());
    } else if (expression instanceof IsBooleanExpression is) {
      String state = is.isTrue() ? "TRUE" : "FALSE";
      return new Node.Is(place, sql, read(is.getLeftExpression()), state, is.isNot());
    } else if (expression instanceof IsUnknownExpression is) {
      return new Node.Is(place, sql, read(is.getLeftExpression()), "UNKNOWN", is.isNot());
    } else if (expression instanceof StringValue text) {
      if (text.getPrefix() != null) {
        throw refused(place, "the string " + sql, "Write it as a plain '…' literal.");
      }
      String value = text.getValue().replace("''", "'");
      return new Node.Constant(place, sql, Node.Constant.Kind.STRING, value);
    } else if (expression instanceof LongValue || expression instanceof DoubleValue) {
      Node.Constant.Kind kind =
          expression instanceof LongValue ? Node.Constant.Kind.INTEGER : Node.Constant.Kind.DECIMAL;
      return new Node.Constant(place, sql, kind, sql);
    } else if (expression instanceof BooleanValue truth) {
      String text = Boolean.toString(truth.getValue());
      return new Node.Constant(place, sql, Node.Constant.Kind.BOOLEAN, text);
    } else if (expression instanceof NullValue) {
      return new Node.Constant(place, sql, Node.Constant.Kind.NULL, null);
    } else if (expression instanceof ArrayConstructor array && array.isArrayKeyword()) {
      List<Node> items = array.getExpressions().stream().map(this::read).toList();
      return new Node.ArrayOf(place, sql, items);
    } else if (expression instanceof CollateExpression collate) {
      return new Node.Collate(
          place, sql, read(collate.getLeftExpression()), collation(collate, place));
    }
    throw refused(place, "'" + sql + "'", Supported.EXPRESSIONS);
  }

  private static String collation(CollateExpression collate, Place place) {
    String name = collate.getCollate().replaceFirst("^(?i:pg_catalog|\"pg_catalog\")\\.", "");
    if (name.contains(".")) {
      throw refused(place, "the collation " + name, "Supported is COLLATE \"C\".");
    }
    return Identifier.fold(name);
  }

  Node.ColumnUse column(Column column, Place place, String sql) {
    if (column.getTable() != null && column.getTable().getSchemaName() != null) {
      throw refused(
          place, "the column " + sql + ", named with its schema", "Name it by the table's alias.");
    }
    if (column.getArrayConstructor() != null) {
      throw refused(
          place,
          "'" + sql + "', an element of an array",
          "Supported of arrays are x = ANY (array), cardinality and array_length.");
    }
    String qualifier =
        column.getTable() == null || column.getTable().getName() == null
            ? null
            : Identifier.fold(column.getTable().getName());
    return new Node.ColumnUse(place, sql, qualifier, Identifier.fold(column.getColumnName()));
  }

  private Node binary(BinaryExpression binary, Place place, String sql, String operator) {
    boolean distinct = operator.endsWith("DISTINCT FROM");
    if (!distinct && !BINARY.contains(operator)) {
      throw refused(place, "the operator '" + operator + "'", Supported.EXPRESSIONS);
    }
    String canonical = operator.equals("!=") ? "<>" : operator;
    Node left = read(binary.getLeftExpression());
    if (binary.getRightExpression() instanceof Function function && ArrayReader.reads(function)) {
      return new ArrayReader(this).quantified(place, sql, canonical, left, function);
    }
    return new Node.Binary(place, sql, canonical, left, read(binary.getRightExpression()));
  }

  private Node like(LikeExpression like, Place place, String sql) {
    boolean anyCase = like.getLikeKeyWord() == LikeExpression.KeyWord.ILIKE;
    if ((!anyCase && like.getLikeKeyWord() != LikeExpression.KeyWord.LIKE) || like.isUseBinary()) {
      throw refused(place, "'" + sql + "'", "Supported are LIKE, ILIKE, = and IN.");
    }
    if (like.getEscape() != null) {
      throw refused(place, "LIKE with ESCAPE", "Escape with a backslash, as by default.");
    }
    Node operand = read(like.getLeftExpression());
    Node pattern = read(like.getRightExpression());
    return new Node.Like(place, sql, operand, pattern, like.isNot(), anyCase);
  }

  private Node signed(SignedExpression signed, Place place, String sql) {
    Node operand = read(signed.getExpression());
    return signed.getSign() == '-' ? new Node.Unary(place, sql, "-", operand) : operand;
  }

  /** {@code x BETWEEN a AND b} is {@code x >= a AND x <= b}, as Postgres' manual defines it. */
  private Node between(Between between, Place place, String sql) {
    Node value = read(between.getLeftExpression());
    Node low = read(between.getBetweenExpressionStart());
    Node high = read(between.getBetweenExpressionEnd());
    Node both = range(place, sql, value, low, high);
    if (between.isUsingSymmetric()) {
      both = new Node.Binary(place, sql, "OR", both, range(place, sql, value, high, low));
    }
    return between.isNot() ? new Node.Unary(place, sql, "NOT", both) : both;
  }

  private static Node range(Place place, String sql, Node value, Node low, Node high) {
    return new Node.Binary(
        place,
        sql,
        "AND",
        new Node.Binary(place, sql, ">=", value, low),
        new Node.Binary(place, sql, "<=", value, high));
  }

  private Node in(InExpression in, Place place, String sql) {
    if (!(in.getRightExpression() instanceof ExpressionList<?> list)) {
      throw refused(place, "IN with anything but a list", "Write IN (value, value, …).");
    }
    List<Node> items = new ArrayList<>();
    list.forEach(item -> items.add(read(item)));
    return new Node.In(place, sql, read(in.getLeftExpression()), items, in.isNot());
  }

  private Node choice(CaseExpression choice, Place place, String sql) {
    List<Node.When> branches = new ArrayList<>();
    for (WhenClause when : choice.getWhenClauses()) {
      branches.add(new Node.When(read(when.getWhenExpression()), read(when.getThenExpression())));
    }
    Expression operand = choice.getSwitchExpression();
    Expression otherwise = choice.getElseExpression();
    return new Node.Case(
        place,
        sql,
        operand == null ? null : read(operand),
        branches,
        otherwise == null ? null : read(otherwise));
  }

  private Node cast(CastExpression cast, Place place, String sql) {
    if (cast.getColDataType() == null || "TRY_CAST".equalsIgnoreCase(cast.keyword)) {
      throw refused(place, "'" + sql + "'", "Write CAST(x AS type) or x::type.");
    }
    String type = cast.getColDataType().toString();
    return new Node.Cast(place, sql, read(cast.getLeftExpression()), type);
  }

  static RefusedException refused(Place place, String what, String remedy) {
    return new RefusedException(place, "Not supported: " + what + ".", remedy);
  }
}
