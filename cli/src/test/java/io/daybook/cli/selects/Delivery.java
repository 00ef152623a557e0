// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.pipeline.topology.TableRecord;
import io.daybook.pipeline.topology.TopologyRun;
import java.util.List;

/** What the topology of a case is given, in order. */
sealed interface Delivery {

  /** A record of a table's topic. */
  record Given(TableRecord record) implements Delivery {}

  /** All work in slices is done. */
  record Settled() implements Delivery {}

  static void give(List<Delivery> deliveries, TopologyRun topology) {
    for (Delivery each : deliveries) {
      if (each instanceof Given given) {
        topology.pipe(given.record);
      } else {
        topology.settle();
      }
    }
  }
}
