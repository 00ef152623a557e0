// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A few of the faults, with two injections each, in every build; {@link FaultsIT} has all of them.
 */
class FaultSelectionIT {
  private static final Set<String> SELECTION = Set.of("F3", "F13", "F14", "F17");

  @Test
  void someFaultsLeaveRollupsEqualToTheLiveQuery() throws Exception {
    FaultsIT.run(FaultOptions.selected(SELECTION));
  }
}
