// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.contribution;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What one joined row means to the rollup. */
public sealed interface Contribution {

  /**
   * It adds to one cell, which is one combination of workspace, day and dimensions.
   *
   * @param key the cell: key bytes of its record in the rollup topic
   * @param day the cell's day, days since 1970-01-01
   * @param states of the fact's measures, in their order
   */
  record ToCell(byte[] key, int day, List<Object> states) implements Contribution {
    public boolean sameCell(ToCell other) {
      return Arrays.equals(key, other.key);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ToCell that && sameCell(that) && states.equals(that.states);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(key);
    }
  }

  /**
   * It cannot be said, because the SELECT cannot be evaluated on the row. As long as there is one,
   * readers of the workspace must ask the live query.
   *
   * @param workspace whose numbers are in doubt; null where that is not known either
   * @param reason why, for people; not part of what makes two of them equal
   */
  record Unknown(String workspace, String reason) implements Contribution {
    @Override
    public boolean equals(Object other) {
      return other instanceof Unknown that && Objects.equals(workspace, that.workspace);
    }

    @Override
    public int hashCode() {
      return Objects.hashCode(workspace);
    }
  }
}
