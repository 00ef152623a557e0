// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;

/**
 * A compiled expression: a pure function of a joined row, with Postgres' semantics. {@code null} is
 * SQL's NULL; conditions have three values.
 */
public interface Expression {
  /** What Postgres says its type is. */
  SqlType type();

  /**
   * Its value.
   *
   * @param row one array of column values per relation, by slot; a null array is a LEFT JOIN
   *     without a match, all of whose columns are NULL
   * @throws EvaluationException where Postgres would raise an error
   */
  Object evaluate(Object[][] row);
}
