// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;

/**
 * An expression that is the same for every row. Postgres evaluates such parts of a statement before
 * any row, and leaves out what they decide; so does the compiler, because it decides which errors
 * can occur.
 */
record Constant(SqlType type, Object value) implements Expression {
  @Override
  public Object evaluate(Object[][] row) {
    return value;
  }

  static boolean isNull(Expression expression) {
    return expression instanceof Constant constant && constant.value == null;
  }

  static boolean is(Object value, Expression expression) {
    return expression instanceof Constant constant && value.equals(constant.value);
  }
}
