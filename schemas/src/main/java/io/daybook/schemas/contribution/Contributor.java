// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.contribution;

import io.daybook.schemas.aggregate.Aggregate;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Relation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.expression.EvaluationException;
import io.daybook.schemas.expression.Expression;
import io.daybook.schemas.topic.RollupRecords;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The meaning of one SELECT as a pure function: what a joined row contributes, and what changes
 * when one contribution takes the place of another.
 *
 * <p>Law: adding {@link #retraction} to what {@link #addition} added leaves every cell as it was,
 * in either order.
 */
public final class Contributor {
  private final Fact fact;
  private final RollupRecords records;
  private final List<Aggregate<Object>> aggregates;

  public Contributor(Rollup rollup, Fact fact) {
    this.fact = fact;
    this.records = new RollupRecords(rollup);
    this.aggregates = aggregates(fact);
  }

  @SuppressWarnings("unchecked")
  static List<Aggregate<Object>> aggregates(Fact fact) {
    List<Aggregate<Object>> aggregates = new ArrayList<>();
    fact.measures().forEach(measure -> aggregates.add((Aggregate<Object>) measure.aggregate()));
    return aggregates;
  }

  /**
   * What a joined row contributes.
   *
   * @param row column values by relation slot; null for a parent that does not exist
   * @return null when the row is joined or filtered away, or has no workspace or day
   */
  public Contribution of(Object[][] row) {
    for (Relation relation : fact.relations()) {
      if (relation.required() && row[relation.slot()] == null) {
        return null;
      }
    }
    try {
      return evaluate(row);
    } catch (EvaluationException e) {
      return new Contribution.Unknown(workspaceIfKnown(row), e.getMessage());
    }
  }

  private Contribution evaluate(Object[][] row) {
    if (fact.where() != null && !Boolean.TRUE.equals(fact.where().evaluate(row))) {
      return null;
    }
    String workspace = workspace(row);
    Integer day = workspace == null ? null : (Integer) fact.day().evaluate(row);
    if (day == null) {
      return null;
    }
    Object[] key = new Object[2 + fact.dimensions().size()];
    key[0] = workspace;
    key[1] = day;
    for (int i = 2; i < key.length; i++) {
      Expression dimension = fact.dimensions().get(i - 2);
      key[i] = canonical(dimension.type(), dimension.evaluate(row));
    }
    return new Contribution.ToCell(records.key(key), day, states(row));
  }

  private String workspace(Object[][] row) {
    Object workspace = fact.workspace().evaluate(row);
    return workspace == null ? null : SqlText.format(fact.workspace().type(), workspace);
  }

  private String workspaceIfKnown(Object[][] row) {
    try {
      return workspace(row);
    } catch (EvaluationException e) {
      return null;
    }
  }

  /**
   * GROUP BY takes 1.5 and 1.50 for one value, and the same text of a char(3) and a char(5), so
   * they must make one key.
   */
  private static Object canonical(SqlType type, Object dimension) {
    if (dimension instanceof BigDecimal number) {
      BigDecimal stripped = number.stripTrailingZeros();
      return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
    if (type.kind() == SqlType.Kind.BPCHAR && dimension instanceof String padded) {
      int end = padded.length();
      while (end > 0 && padded.charAt(end - 1) == ' ') {
        end--;
      }
      return padded.substring(0, end);
    }
    return dimension;
  }

  private List<Object> states(Object[][] row) {
    List<Object> states = new ArrayList<>(aggregates.size());
    for (int i = 0; i < aggregates.size(); i++) {
      Measure measure = fact.measures().get(i);
      Aggregate<Object> aggregate = aggregates.get(i);
      Expression filter = measure.filter();
      boolean counts = filter == null || Boolean.TRUE.equals(filter.evaluate(row));
      Expression argument = measure.argument();
      states.add(
          counts
              ? aggregate.of(argument == null ? null : argument.evaluate(row))
              : aggregate.zero());
    }
    return states;
  }

  public Delta addition(Contribution.ToCell contribution) {
    return new Delta(contribution.day(), fact.index(), 1, contribution.states());
  }

  public Delta retraction(Contribution.ToCell contribution) {
    List<Object> negated = new ArrayList<>(aggregates.size());
    for (int i = 0; i < aggregates.size(); i++) {
      negated.add(aggregates.get(i).negate(contribution.states().get(i)));
    }
    return new Delta(contribution.day(), fact.index(), -1, negated);
  }

  /** The change of a cell in which {@code after} takes the place of {@code before}. */
  public Delta difference(Contribution.ToCell before, Contribution.ToCell after) {
    List<Object> sums = new ArrayList<>(aggregates.size());
    for (int i = 0; i < aggregates.size(); i++) {
      Aggregate<Object> aggregate = aggregates.get(i);
      Object old = aggregate.negate(before.states().get(i));
      sums.add(aggregate.plus(after.states().get(i), old));
    }
    return new Delta(after.day(), fact.index(), 0, sums);
  }
}
