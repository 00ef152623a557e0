// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.ArrayText;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Compiles what gives a boolean, and CASE, which is made of conditions. */
final class Conditions {
  private final ExpressionCompiler compiler;
  private final TextRules texts;

  Conditions(ExpressionCompiler compiler, TextRules texts) {
    this.compiler = compiler;
    this.texts = texts;
  }

  Expression not(Node.Unary unary) {
    return Typed.strict(
        SqlType.BOOLEAN, compiler.condition(unary.operand()), value -> !(Boolean) value);
  }

  Expression connective(Node.Binary binary) {
    boolean decisive = binary.operator().equals("OR");
    Expression left = compiler.condition(binary.left());
    return Constant.is(decisive, left)
        ? left
        : logic(decisive, left, compiler.condition(binary.right()));
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

  Expression comparison(String operator, Node left, Node right, Node whole) {
    SqlType common = compiler.common(List.of(left, right), whole);
    if (common.kind().isText() && Comparisons.isOrder(operator)) {
      texts.requireBytes(List.of(left, right), whole);
    }
    return Comparisons.compare(
        operator, compiler.compile(left, common), compiler.compile(right, common), whole);
  }

  Expression like(Node.Like like) {
    compiler.requireText(like.operand(), like);
    compiler.requireText(like.pattern(), like);
    if (like.anyCase()) {
      texts.requireBytes(List.of(like.operand(), like.pattern()), like);
    }
    SqlType own = compiler.typeOf(like.operand());
    return Typed.strict(
        SqlType.BOOLEAN,
        compiler.compile(like.operand(), own == null ? SqlType.TEXT : own),
        compiler.compile(like.pattern(), SqlType.TEXT),
        like.anyCase()
            ? (text, pattern) ->
                Like.matches(TextRules.lower((String) text), TextRules.lower((String) pattern))
                    != like.negated()
            : (text, pattern) -> Like.matches((String) text, (String) pattern) != like.negated());
  }

  Expression is(Node.Is is) {
    if (is.state().equals("NULL")) {
      Expression operand = compiler.compile(is.operand());
      return Typed.of(
          SqlType.BOOLEAN,
          List.of(operand),
          row -> (operand.evaluate(row) == null) != is.negated());
    }
    Expression operand = compiler.condition(is.operand());
    Object wanted = is.state().equals("UNKNOWN") ? null : Boolean.valueOf(is.state());
    return Typed.of(
        SqlType.BOOLEAN,
        List.of(operand),
        row -> java.util.Objects.equals(operand.evaluate(row), wanted) != is.negated());
  }

  /** {@code x IN (a, b)} is {@code x = a OR x = b}. */
  Expression in(Node.In in) {
    return in(in.operand(), in.items(), in.negated(), in);
  }

  private Expression in(Node operand, List<Node> items, boolean negated, Node whole) {
    if (items.size() > 1) {
      requireOneKindOfText(operand, items, whole);
    }
    Expression any = null;
    for (Node item : items) {
      Expression equal = comparison("=", operand, item, whole);
      any = any == null ? equal : logic(true, any, equal);
    }
    return negated ? Typed.strict(SqlType.BOOLEAN, any, value -> !(Boolean) value) : any;
  }

  /** Postgres may give the items of a list one type, by which padding counts or does not. */
  private void requireOneKindOfText(Node operand, List<Node> items, Node whole) {
    boolean padded = false;
    boolean plain = false;
    for (Node each : Stream.concat(Stream.of(operand), items.stream()).toList()) {
      SqlType type = compiler.typeOf(each);
      padded |= type != null && type.kind() == Kind.BPCHAR;
      plain |= type != null && type.kind() == Kind.TEXT;
    }
    if (padded && plain) {
      throw new RefusedException(
          whole.place(),
          "Not supported: '" + whole.sql() + "', a list of char(n) and other texts.",
          "Cast what is char(n) to text, or write x = a OR x = b.");
    }
  }

  Expression anyOf(Node.AnyOf anyOf) {
    if (anyOf.array() instanceof Node.ArrayOf list) {
      return in(anyOf.operand(), list.items(), anyOf.every(), anyOf);
    }
    SqlType own = compiler.typeOf(anyOf.operand());
    SqlType operandType = own == null ? SqlType.TEXT : own;
    SqlType given = compiler.typeOf(anyOf.array());
    SqlType array = given == null ? new SqlType(Kind.ARRAY, operandType.name() + "[]") : given;
    SqlType element = given == null ? operandType : given.element();
    boolean comparable =
        element.kind() == operandType.kind()
            || (element.kind().isInteger() && operandType.kind().isInteger());
    if (!comparable || element.kind() == Kind.ENUM || element.kind() == Kind.BPCHAR) {
      throw new RefusedException(
          anyOf.place(),
          "Not supported: '" + anyOf.sql() + "', " + operandType + " in " + array + ".",
          "Supported are arrays of the operand's type: booleans, integers, numeric, text, uuid,"
              + " dates and timestamps; or write IN (value, value, …).");
    }
    Comparator<Object> equality = Comparisons.equality(element, anyOf);
    Expression operand = compiler.compile(anyOf.operand(), operandType);
    Expression elements = elements(compiler.compile(anyOf.array(), array), element, anyOf);
    return Typed.of(
        SqlType.BOOLEAN,
        List.of(operand, elements),
        row -> {
          Object wanted = operand.evaluate(row);
          List<?> values = (List<?>) elements.evaluate(row);
          if (values == null) {
            return null;
          }
          Boolean found = contains(values, wanted, equality);
          return found == null ? null : Boolean.valueOf(found != anyOf.every());
        });
  }

  /** A list of the elements, made once where the array is a constant. */
  private static Expression elements(Expression array, SqlType element, Node node) {
    try {
      return Typed.strict(
          array.type(),
          array,
          text -> {
            List<Object> values = new ArrayList<>();
            for (String each : ArrayText.parse((String) text).elements()) {
              values.add(each == null ? null : SqlText.parse(element, each));
            }
            return values;
          });
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw new RefusedException(
          node.place(),
          "The array in '" + node.sql() + "' cannot be read: " + e.getMessage() + ".",
          "Write it as '{a,b}', its elements as Postgres prints them.");
    }
  }

  private static Boolean contains(List<?> values, Object wanted, Comparator<Object> equality) {
    if (wanted == null) {
      return values.isEmpty() ? Boolean.FALSE : null;
    }
    boolean unknown = false;
    for (Object value : values) {
      if (value != null && equality.compare(value, wanted) == 0) {
        return true;
      }
      unknown |= value == null;
    }
    return unknown ? null : Boolean.FALSE;
  }

  Expression choice(Node.Case choice, SqlType type) {
    List<Expression> conditions = new ArrayList<>();
    List<Expression> results = new ArrayList<>();
    Expression otherwise = null;
    for (Node.When branch : choice.branches()) {
      Expression condition =
          choice.operand() == null
              ? compiler.condition(branch.condition())
              : comparison("=", choice.operand(), branch.condition(), choice);
      if (Constant.is(true, condition)) {
        otherwise = compiler.compile(branch.result(), type);
        break;
      }
      if (!(condition instanceof Constant)) {
        conditions.add(condition);
        results.add(compiler.compile(branch.result(), type));
      }
    }
    if (otherwise == null) {
      otherwise =
          choice.otherwise() == null
              ? Typed.constant(type, null)
              : compiler.compile(choice.otherwise(), type);
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
}
