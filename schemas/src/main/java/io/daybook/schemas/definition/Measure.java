// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.aggregate.Aggregate;
import io.daybook.schemas.aggregate.CountAggregate;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.expression.Expression;

/**
 * One aggregate of a SELECT.
 *
 * @param name of its output column
 * @param type as Postgres names it
 * @param aggregate how contributions add up
 * @param argument what is counted or summed; null for {@code count(*)}
 * @param filter its FILTER condition, or null for none
 */
public record Measure(
    String name, SqlType type, Aggregate<?> aggregate, Expression argument, Expression filter) {

  /** True where a fact without rows shows 0 and not NULL. */
  public boolean isCount() {
    return aggregate instanceof CountAggregate;
  }
}
