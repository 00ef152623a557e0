// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;

/** {@code + - *} on integers, which overflow with an error, and on numeric, which does not. */
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
            default -> Numerics::multiply;
          });
    }
    return Typed.strict(
        type,
        left,
        right,
        (a, b) -> Numerics.inRange(exact(operator, (Long) a, (Long) b, kind), kind));
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
