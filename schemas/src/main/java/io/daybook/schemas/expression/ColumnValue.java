// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Unreadable;

/**
 * A column of the joined row.
 *
 * @param slot of its relation
 * @param index in that relation's row
 */
public record ColumnValue(int slot, int index, SqlType type) implements Expression {
  @Override
  public Object evaluate(Object[][] row) {
    Object[] relation = row[slot];
    Object value = relation == null ? null : relation[index];
    if (value == Unreadable.VALUE) {
      throw new EvaluationException("a value that could not be read");
    }
    return value;
  }
}
