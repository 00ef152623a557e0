// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * The last word on one key of a batch.
 *
 * @param key Postgres texts of workspace, day and dimensions; null for NULL
 * @param measures Postgres texts, or null where the row is gone
 * @param partition of the rollup topic
 * @param offset of its record
 */
record Row(List<String> key, List<String> measures, int partition, long offset) {

  /** The one order in which rows are locked. */
  static final Comparator<Row> BY_KEY = (left, right) -> compare(left.key, right.key);

  private static final Comparator<String> TEXTS = Comparator.nullsFirst(Comparator.naturalOrder());

  String workspace() {
    return key.get(0);
  }

  boolean isGone() {
    return measures == null;
  }

  private static int compare(List<String> left, List<String> right) {
    Iterator<String> others = right.iterator();
    for (String text : left) {
      int order = TEXTS.compare(text, others.next());
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
