// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every fault, injected under load, with every seed; after each the rollups equal the live queries.
 * The profile {@code faults} runs it, see docs/faults.md.
 */
@Tag("faults")
class FaultsIT {

  @Test
  void everyFaultLeavesRollupsEqualToTheLiveQuery() throws Exception {
    run(FaultOptions.fromProperties());
  }

  /** Runs what is wanted, and fails where anything is not as it must be. */
  static void run(FaultOptions options) throws Exception {
    List<Reported> faults = Faults.ALL.stream().filter(options::wants).toList();
    assertTrue(!faults.isEmpty(), () -> "no fault is named so: " + options.only());
    FaultReport report = new FaultReport(options.folder());
    try (Sites sites = new Sites(options.folder(), System.out::println)) {
      for (Reported fault : faults) {
        report.add(fault.row(options, sites));
      }
    }
    System.out.println(report.table());
    assertEquals(List.of(), report.failed(), () -> "see " + options.folder());
  }
}
