// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;

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
    return new Typed(type, row -> value);
  }

  /** NULL where the operand is NULL. */
  static Expression strict(SqlType type, Expression operand, Strict function) {
    return new Typed(
        type,
        row -> {
          Object value = operand.evaluate(row);
          return value == null ? null : function.of(value);
        });
  }

  /** NULL where either operand is NULL. */
  static Expression strict(SqlType type, Expression left, Expression right, StrictPair function) {
    return new Typed(
        type,
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
