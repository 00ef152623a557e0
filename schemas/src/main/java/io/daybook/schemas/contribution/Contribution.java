// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.contribution;

import java.util.Arrays;
import java.util.List;

/**
 * What one joined row adds to one cell of the rollup, where a cell is one combination of workspace,
 * day and dimensions.
 *
 * @param key the cell: key bytes of its record in the rollup topic
 * @param day the cell's day, days since 1970-01-01
 * @param states of the fact's measures, in their order
 */
public record Contribution(byte[] key, int day, List<Object> states) {

  public boolean sameCell(Contribution other) {
    return Arrays.equals(key, other.key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Contribution that && sameCell(that) && states.equals(that.states);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }
}
