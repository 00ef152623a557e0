// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.expression.Expression;
import java.util.List;

/**
 * One SELECT of a rollup, bound: which rows it reads and what each contributes.
 *
 * @param name file name without {@code .sql}
 * @param index its place among the facts of its rollup
 * @param sql the user's text, without a closing semicolon
 * @param relations the fact table first, then its joined parents in the order of the text
 * @param where condition on a joined row, or null for none
 * @param workspace the expression named {@code workspace_id}, before it becomes text
 * @param day the expression named {@code day}
 * @param dimensions in the order of the rollup's keys
 * @param measures in the order of the text
 */
public record Fact(
    String name,
    int index,
    String sql,
    List<Relation> relations,
    Expression where,
    Expression workspace,
    Expression day,
    List<Expression> dimensions,
    List<Measure> measures) {
  public Fact {
    relations = List.copyOf(relations);
    dimensions = List.copyOf(dimensions);
    measures = List.copyOf(measures);
  }

  /** The parents that a relation joins directly. */
  public List<Relation> parentsOf(Relation child) {
    return relations.stream().filter(relation -> relation.childSlot() == child.slot()).toList();
  }
}
