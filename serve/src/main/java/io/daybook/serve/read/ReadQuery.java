// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import java.time.LocalDate;
import java.util.List;

/**
 * What a reader asks for.
 *
 * @param from the first day
 * @param to the last day
 * @param dimensions some of the rollup's, in its order; over the others measures are added up
 * @param measures some of the rollup's, in its order
 */
public record ReadQuery(
    RollupShape rollup,
    String workspace,
    LocalDate from,
    LocalDate to,
    Group group,
    List<String> dimensions,
    List<String> measures) {
  public ReadQuery {
    dimensions = List.copyOf(dimensions);
    measures = List.copyOf(measures);
  }

  /** The same for the same question, and only for that; without the workspace. */
  public String canonical() {
    return "%s?from=%s&to=%s&group=%s&dimensions=%s&measures=%s"
        .formatted(
            rollup.name(),
            from,
            to,
            group.text(),
            String.join(",", dimensions),
            String.join(",", measures));
  }

  /** Whether each row is one of the rollup's. */
  boolean ofWholeRows() {
    return group == Group.DAY && dimensions.size() == rollup.dimensions().size();
  }
}
