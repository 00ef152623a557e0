// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes functions of expressions, with the types that Postgres named. A constant string or NULL has
 * no type of its own: it takes the type of what it meets, as in Postgres.
 */
public final class ExpressionCompiler {
  private final Scope scope;

  public ExpressionCompiler(Scope scope) {
    this.scope = scope;
  }

  /** Compiles an expression that stands alone. */
  public Expression compile(Node node) {
    SqlType type = typeOf(node);
    return compile(node, type == null ? SqlType.TEXT : type);
  }

  /** Compiles a condition. */
  public Expression condition(Node node) {
    return compile(node, SqlType.BOOLEAN);
  }

  /** Compiles and, where needed, widens to a type. */
  private Expression compile(Node node, SqlType wanted) {
    if (node instanceof Node.Constant constant) {
      return constant(constant, wanted);
    }
    try {
      return Casts.widen(natural(node), wanted, node);
    } catch (EvaluationException e) {
      throw new RefusedException(
          node.place(),
          "'" + node.sql() + "' fails for every row: " + e.getMessage() + ".",
          "Postgres evaluates what has no column in it before it looks at a row.");
    }
  }

  private Expression natural(Node node) {
    if (node instanceof Node.ColumnUse use) {
      return column(use);
    } else if (node instanceof Node.Unary unary) {
      return unary(unary);
    } else if (node instanceof Node.Binary binary) {
      return binary(binary);
    } else if (node instanceof Node.Is is) {
      return is(is);
    } else if (node instanceof Node.In in) {
      return in(in);
    } else if (node instanceof Node.Case choice) {
      return choice(choice);
    } else if (node instanceof Node.Like like) {
      return like(like);
    } else if (node instanceof Node.Call call) {
      return call(call);
    } else if (node instanceof Node.Cast cast) {
      return cast(cast);
    }
    return compile(node);
  }

  private Expression column(Node.ColumnUse use) {
    ColumnValue column = scope.column(use);
    Kind kind = column.type().kind();
    if (kind == Kind.UNSUPPORTED || kind == Kind.BPCHAR) {
      throw new RefusedException(
          use.place(),
          "Not supported: the column " + use.sql() + " of type " + column.type() + ".",
          "Supported types are boolean, the integers, numeric, text, varchar, uuid, enums, date,"
              + " timestamp and timestamptz.");
    }
    return column;
  }

  private Expression unary(Node.Unary unary) {
    if (unary.operator().equals("NOT")) {
      return Typed.strict(SqlType.BOOLEAN, condition(unary.operand()), value -> !(Boolean) value);
    }
    SqlType type = number(unary);
    return Arithmetic.negate(type, compile(unary.operand(), type));
  }

  private Expression binary(Node.Binary binary) {
    String operator = binary.operator();
    if (operator.equals("AND") || operator.equals("OR")) {
      boolean decisive = operator.equals("OR");
      Expression left = condition(binary.left());
      return Constant.is(decisive, left) ? left : logic(decisive, left, condition(binary.right()));
    }
    if (Comparisons.OPERATORS.contains(operator)) {
      return comparison(operator, binary.left(), binary.right(), binary);
    }
    if (operator.equals("||")) {
      return concatenation(binary);
    }
    if (typeOf(binary.left()) != null && typeOf(binary.right()) != null) {
      SqlType given = scope.typeOf(binary);
      boolean dates = given.kind() == Kind.DATE || given.kind() == Kind.INT4;
      Expression ofDates =
          dates
              ? Arithmetic.ofDates(operator, given, compile(binary.left()), compile(binary.right()))
              : null;
      if (ofDates != null) {
        return ofDates;
      }
    }
    SqlType type = number(binary);
    return Arithmetic.of(
        operator, type, compile(binary.left(), type), compile(binary.right(), type));
  }

  private Expression concatenation(Node.Binary binary) {
    for (Node side : List.of(binary.left(), binary.right())) {
      requireText(side, binary);
    }
    return Typed.strict(
        SqlType.TEXT,
        compile(binary.left(), SqlType.TEXT),
        compile(binary.right(), SqlType.TEXT),
        (a, b) -> (String) a + b);
  }

  private Expression like(Node.Like like) {
    requireText(like.operand(), like);
    requireText(like.pattern(), like);
    return Typed.strict(
        SqlType.BOOLEAN,
        compile(like.operand(), SqlType.TEXT),
        compile(like.pattern(), SqlType.TEXT),
        (text, pattern) -> Like.matches((String) text, (String) pattern) != like.negated());
  }

  private void requireText(Node side, Node whole) {
    SqlType type = typeOf(side);
    if (type != null && type.kind() != Kind.TEXT) {
      throw new RefusedException(
          side.place(),
          "Not supported: '" + side.sql() + "', a " + type + ", in '" + whole.sql() + "'.",
          "Cast it to text: " + side.sql() + "::text.");
    }
  }

  /** Kleene's AND (the decisive value is false) and OR (it is true). */
  private static Expression logic(boolean decisive, Expression left, Expression right) {
    if (Constant.is(decisive, left) || Constant.is(decisive, right)) {
      return Typed.constant(SqlType.BOOLEAN, decisive);
    }
    return Typed.of(
        SqlType.BOOLEAN,
        List.of(left, right),
        row -> {
          Object first = left.evaluate(row);
          if (first != null && (Boolean) first == decisive) {
            return decisive;
          }
          Object second = right.evaluate(row);
          if (second != null && (Boolean) second == decisive) {
            return decisive;
          }
          return first == null || second == null ? null : !decisive;
        });
  }

  private Expression comparison(String operator, Node left, Node right, Node whole) {
    SqlType common = common(List.of(left, right), whole);
    return Comparisons.compare(operator, compile(left, common), compile(right, common), whole);
  }

  private Expression is(Node.Is is) {
    if (is.state().equals("NULL")) {
      Expression operand = compile(is.operand());
      return Typed.of(
          SqlType.BOOLEAN,
          List.of(operand),
          row -> (operand.evaluate(row) == null) != is.negated());
    }
    Expression operand = condition(is.operand());
    Object wanted = is.state().equals("UNKNOWN") ? null : Boolean.valueOf(is.state());
    return Typed.of(
        SqlType.BOOLEAN,
        List.of(operand),
        row -> java.util.Objects.equals(operand.evaluate(row), wanted) != is.negated());
  }

  /** {@code x IN (a, b)} is {@code x = a OR x = b}. */
  private Expression in(Node.In in) {
    Expression any = null;
    for (Node item : in.items()) {
      Expression equal = comparison("=", in.operand(), item, in);
      any = any == null ? equal : logic(true, any, equal);
    }
    return in.negated() ? Typed.strict(SqlType.BOOLEAN, any, value -> !(Boolean) value) : any;
  }

  private Expression choice(Node.Case choice) {
    SqlType type = scope.typeOf(choice);
    List<Expression> conditions = new ArrayList<>();
    List<Expression> results = new ArrayList<>();
    Expression otherwise = null;
    for (Node.When branch : choice.branches()) {
      Expression condition =
          choice.operand() == null
              ? condition(branch.condition())
              : comparison("=", choice.operand(), branch.condition(), choice);
      if (Constant.is(true, condition)) {
        otherwise = compile(branch.result(), type);
        break;
      }
      if (!(condition instanceof Constant)) {
        conditions.add(condition);
        results.add(compile(branch.result(), type));
      }
    }
    if (otherwise == null) {
      otherwise =
          choice.otherwise() == null
              ? Typed.constant(type, null)
              : compile(choice.otherwise(), type);
    }
    return conditions.isEmpty() ? otherwise : firstTrue(type, conditions, results, otherwise);
  }

  private static Expression firstTrue(
      SqlType type, List<Expression> conditions, List<Expression> results, Expression otherwise) {
    return new Typed(
        type,
        row -> {
          for (int i = 0; i < conditions.size(); i++) {
            if (Boolean.TRUE.equals(conditions.get(i).evaluate(row))) {
              return results.get(i).evaluate(row);
            }
          }
          return otherwise.evaluate(row);
        });
  }

  private Expression call(Node.Call call) {
    SqlType type = scope.typeOf(call);
    if (call.function().equals("nullif") && call.arguments().size() == 2) {
      Node first = call.arguments().get(0);
      Expression equal = comparison("=", first, call.arguments().get(1), call);
      Expression value = compile(first, type);
      return Typed.of(
          type,
          List.of(equal, value),
          row -> Boolean.TRUE.equals(equal.evaluate(row)) ? null : value.evaluate(row));
    }
    return switch (call.function()) {
      case "coalesce" -> coalesce(call, type);
      case "greatest" -> extreme(call, type, 1);
      case "least" -> extreme(call, type, -1);
      default -> function(call, type);
    };
  }

  private List<Expression> arguments(Node.Call call, SqlType type) {
    return call.arguments().stream().map(argument -> compile(argument, type)).toList();
  }

  private Expression coalesce(Node.Call call, SqlType type) {
    List<Expression> arguments = new ArrayList<>();
    for (Node argument : call.arguments()) {
      Expression value = compile(argument, type);
      if (!Constant.isNull(value)) {
        arguments.add(value);
      }
      if (value instanceof Constant && !Constant.isNull(value)) {
        break;
      }
    }
    if (arguments.isEmpty()) {
      return Typed.constant(type, null);
    }
    if (arguments.get(0) instanceof Constant) {
      return arguments.get(0);
    }
    return new Typed(
        type,
        row -> {
          Object value = null;
          for (int i = 0; i < arguments.size() && value == null; i++) {
            value = arguments.get(i).evaluate(row);
          }
          return value;
        });
  }

  /** The greatest argument (sign 1) or the least (-1); NULLs do not count. */
  private Expression extreme(Node.Call call, SqlType type, int sign) {
    List<Expression> arguments = arguments(call, type);
    Comparator<Object> order = Comparisons.order(type, call);
    return Typed.of(
        type,
        arguments,
        row -> {
          Object best = null;
          for (Expression argument : arguments) {
            Object value = argument.evaluate(row);
            if (value != null && (best == null || order.compare(value, best) * sign > 0)) {
              best = value;
            }
          }
          return best;
        });
  }

  private Expression function(Node.Call call, SqlType type) {
    List<Kind> kinds = new ArrayList<>();
    for (Node argument : call.arguments()) {
      SqlType given = typeOf(argument);
      kinds.add(given == null ? null : given.kind());
    }
    Functions.Signature signature = Functions.find(call.function(), kinds, type.kind());
    if (signature == null) {
      throw new RefusedException(
          call.place(),
          "Not supported: '" + call.sql() + "', " + call.function() + " of these types.",
          "Cast the arguments: whole numbers to numeric, others to text.");
    }
    if (call.function().equals("date_trunc")) {
      requireUnit(call.arguments().get(0));
    }
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      Kind wanted = signature.parameters().get(i);
      SqlType own = typeOf(call.arguments().get(i));
      boolean same = own != null && own.kind() == wanted;
      arguments.add(compile(call.arguments().get(i), same ? own : SqlType.plain(wanted)));
    }
    if (arguments.stream().anyMatch(Constant::isNull)) {
      return Typed.constant(type, null);
    }
    return Typed.of(
        type,
        arguments,
        row -> {
          Object[] values = new Object[arguments.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = arguments.get(i).evaluate(row);
            if (values[i] == null) {
              return null;
            }
          }
          return signature.body().of(values);
        });
  }

  private static void requireUnit(Node unit) {
    boolean known = unit instanceof Node.Constant constant && Times.UNITS.contains(constant.text());
    if (!known) {
      throw new RefusedException(
          unit.place(),
          "Not supported: date_trunc to " + unit.sql() + ".",
          "Write one of " + String.join(", ", Times.UNITS) + " as a constant.");
    }
  }

  private Expression cast(Node.Cast cast) {
    SqlType to = scope.typeOf(cast);
    if (cast.operand() instanceof Node.Constant constant
        && (constant.kind() == Node.Constant.Kind.STRING
            || constant.kind() == Node.Constant.Kind.NULL)) {
      Expression value = constant(constant, to);
      SqlType exact = to.as(cast.type());
      return exact.equals(to) ? value : Casts.cast(value, exact, cast);
    }
    return Casts.cast(compile(cast.operand()), to.as(cast.type()), cast);
  }

  private Expression constant(Node.Constant constant, SqlType wanted) {
    SqlType own = typeOf(constant);
    if (constant.kind() == Node.Constant.Kind.NULL) {
      return Typed.constant(wanted, null);
    }
    try {
      Object value = Constants.parse(own == null ? wanted : own, constant.text());
      Expression expression = Typed.constant(own == null ? wanted : own, value);
      return Casts.widen(expression, wanted, constant);
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw new RefusedException(
          constant.place(),
          "The constant " + constant.sql() + " cannot be read as " + wanted + ".",
          "Write it as Postgres prints such a value.");
    }
  }

  /** The type of an arithmetic expression, which must be a number. */
  private SqlType number(Node node) {
    SqlType type = scope.typeOf(node);
    if (!type.kind().isNumber()) {
      throw new RefusedException(
          node.place(),
          "Not supported: '" + node.sql() + "', arithmetic that gives " + type + ".",
          "Supported is arithmetic on integers and numeric.");
    }
    return type;
  }

  /** Null for a constant whose type follows from what it meets. */
  private SqlType typeOf(Node node) {
    if (node instanceof Node.Constant constant) {
      return switch (constant.kind()) {
        case STRING, NULL -> null;
        case BOOLEAN -> SqlType.BOOLEAN;
        case DECIMAL -> SqlType.NUMERIC;
        case INTEGER -> {
          int bits = new BigInteger(constant.text()).bitLength();
          yield bits < 32 ? SqlType.INT4 : bits < 64 ? SqlType.INT8 : SqlType.NUMERIC;
        }
      };
    }
    boolean condition =
        node instanceof Node.Is
            || node instanceof Node.In
            || node instanceof Node.Like
            || (node instanceof Node.Unary unary && unary.operator().equals("NOT"))
            || (node instanceof Node.Binary binary
                && (binary.operator().equals("AND")
                    || binary.operator().equals("OR")
                    || Comparisons.OPERATORS.contains(binary.operator())));
    return condition ? SqlType.BOOLEAN : scope.typeOf(node);
  }

  private SqlType common(List<Node> nodes, Node whole) {
    SqlType common = null;
    for (Node node : nodes) {
      SqlType type = typeOf(node);
      if (common == null || type == null || common.kind() == type.kind()) {
        common = common == null ? type : common;
      } else {
        common = wider(common, type, whole);
      }
    }
    return common == null ? SqlType.TEXT : common;
  }

  private static SqlType wider(SqlType left, SqlType right, Node whole) {
    boolean numbers = left.kind().isNumber() && right.kind().isNumber();
    boolean times =
        (left.kind() == Kind.DATE && right.kind() == Kind.TIMESTAMP)
            || (left.kind() == Kind.TIMESTAMP && right.kind() == Kind.DATE);
    if (numbers || times) {
      return left.kind().compareTo(right.kind()) > 0 ? left : right;
    }
    throw new RefusedException(
        whole.place(),
        "Not supported: '" + whole.sql() + "' mixes " + left + " and " + right + ".",
        "Cast one side.");
  }
}
