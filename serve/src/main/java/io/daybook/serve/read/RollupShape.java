// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import io.daybook.schemas.table.LiveAnswer;
import java.util.List;

/**
 * What can be asked of a rollup.
 *
 * @param generation that readers get
 * @param dimensions its keys besides workspace and day, in order
 * @param measures its other columns, in order
 * @param live how it is answered from the source's tables
 */
public record RollupShape(
    String name, int generation, List<String> dimensions, List<String> measures, LiveAnswer live) {
  public RollupShape {
    dimensions = List.copyOf(dimensions);
    measures = List.copyOf(measures);
  }

  /** What follows from how it is answered. */
  static RollupShape of(String name, int generation, LiveAnswer live) {
    List<String> measures = live.columns().stream().skip(2L + live.dimensions().size()).toList();
    return new RollupShape(name, generation, live.dimensions(), measures, live);
  }
}
