// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.refresh;

import io.daybook.schemas.topic.RefreshScope;
import java.util.List;

/**
 * Rows of a generation that are to be written once more; a row of {@code daybook.refresh}.
 *
 * @param until offsets of the rollup topic by partition, where the table is read anew from there;
 *     null where the aggregate sends rows again
 * @param missing partitions of which not all has come yet
 * @param due whether it is time to ask for those that are missing
 * @param removed rows that were gone; null until all is done
 * @param failed why it cannot be done
 * @param incomplete partitions that could not send all
 */
public record Refresh(
    long id,
    String rollup,
    int generation,
    RefreshScope scope,
    List<Long> until,
    List<Integer> missing,
    boolean due,
    Long removed,
    String failed,
    int incomplete) {

  /** Whether nothing more will come of it. */
  public boolean ended() {
    return removed != null || failed != null;
  }
}
