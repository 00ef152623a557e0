// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;
import java.util.List;

/** An expression made of its type and a function. */
record Typed(SqlType type, Evaluation evaluation) implements Expression {

  /** What an expression does. */
  interface Evaluation {
    Object of(Object[][] row);
  }

  /** What a strict operator does with values that are not NULL. */
  interface Strict {
    Object of(Object value);
  }

  /** What a strict operator does with two values that are not NULL. */
  interface StrictPair {
    Object of(Object left, Object right);
  }

  static Expression constant(SqlType type, Object value) {
    return new Constant(type, value);
  }

  /** Evaluated at once where all its operands are constants. */
  static Expression of(SqlType type, List<Expression> operands, Evaluation evaluation) {
    boolean constant = operands.stream().allMatch(Constant.class::isInstance);
    return constant ? constant(type, evaluation.of(new Object[0][])) : new Typed(type, evaluation);
  }

  /** NULL where the operand is NULL. */
  static Expression strict(SqlType type, Expression operand, Strict function) {
    return of(
        type,
        List.of(operand),
        row -> {
          Object value = operand.evaluate(row);
          return value == null ? null : function.of(value);
        });
  }

  /** NULL where either operand is NULL; the other one is then not looked at if it need not be. */
  static Expression strict(SqlType type, Expression left, Expression right, StrictPair function) {
    if (Constant.isNull(left) || Constant.isNull(right)) {
      return constant(type, null);
    }
    return of(
        type,
        List.of(left, right),
        row -> {
          Object first = left.evaluate(row);
          Object second = right.evaluate(row);
          return first == null || second == null ? null : function.of(first, second);
        });
  }

  @Override
  public Object evaluate(Object[][] row) {
    return evaluation.of(row);
  }
}
