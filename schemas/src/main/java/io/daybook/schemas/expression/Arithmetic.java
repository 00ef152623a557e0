// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;

/** {@code + - * / %} on integers, which overflow with an error, on numeric, and on dates. */
final class Arithmetic {
  private Arithmetic() {}

  static Expression of(String operator, SqlType type, Expression left, Expression right) {
    Kind kind = type.kind();
    if (kind == Kind.NUMERIC) {
      return Typed.strict(
          type,
          left,
          right,
          switch (operator) {
            case "+" -> Numerics::add;
            case "-" -> (a, b) -> Numerics.add(a, Numerics.negate(b));
            case "/" -> Division::numerics;
            case "%" -> Division::numericRemainder;
            default -> Numerics::multiply;
          });
    }
    return Typed.strict(
        type,
        left,
        right,
        switch (operator) {
          case "/" -> (a, b) -> Division.integers((Long) a, (Long) b, kind);
          case "%" -> (a, b) -> Division.integerRemainder((Long) a, (Long) b);
          default -> (a, b) -> Numerics.inRange(exact(operator, (Long) a, (Long) b, kind), kind);
        });
  }

  /** {@code date + integer}, {@code date - integer}, {@code date - date}; null for other kinds. */
  static Expression ofDates(String operator, SqlType type, Expression left, Expression right) {
    Kind first = left.type().kind();
    Kind second = right.type().kind();
    boolean plus = operator.equals("+");
    if (first == Kind.DATE && second == Kind.DATE && operator.equals("-")) {
      return Typed.strict(type, left, right, (a, b) -> Times.minus((Integer) a, (Integer) b));
    }
    if (first == Kind.DATE && isDays(second) && (plus || operator.equals("-"))) {
      return Typed.strict(
          type, left, right, (a, b) -> Times.plus((Integer) a, plus ? (Long) b : -(Long) b));
    }
    if (isDays(first) && second == Kind.DATE && plus) {
      return Typed.strict(type, left, right, (a, b) -> Times.plus((Integer) b, (Long) a));
    }
    return null;
  }

  private static boolean isDays(Kind kind) {
    return kind == Kind.INT2 || kind == Kind.INT4;
  }

  static Expression negate(SqlType type, Expression operand) {
    if (type.kind() == Kind.NUMERIC) {
      return Typed.strict(type, operand, Numerics::negate);
    }
    return Typed.strict(
        type,
        operand,
        value -> Numerics.inRange(exact("-", 0, (Long) value, type.kind()), type.kind()));
  }

  private static long exact(String operator, long left, long right, Kind kind) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(left, right);
        case "-" -> Math.subtractExact(left, right);
        default -> Math.multiplyExact(left, right);
      };
    } catch (ArithmeticException e) {
      throw Numerics.outOfRange(kind);
    }
  }
}
