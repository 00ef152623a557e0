// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.topic.Degradation;
import java.util.Comparator;

/**
 * The last word of a batch on whether a workspace is in doubt.
 *
 * @param workspace null for the whole rollup
 * @param degradation null where it is not in doubt any more
 * @param partition of the rollup topic
 */
record Doubt(String workspace, Degradation degradation, int partition) {
  static final Comparator<Doubt> BY_WORKSPACE =
      Comparator.comparing(Doubt::workspace, Comparator.nullsFirst(Comparator.naturalOrder()));

  boolean isGone() {
    return degradation == null;
  }
}
