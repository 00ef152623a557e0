// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Rollup;
import java.util.List;

/** The rollups that everything is held against, as far as they are known. */
record Known(List<Rollup> rollups) {
  Known {
    rollups = List.copyOf(rollups);
  }

  /** Tables with the columns that any rollup uses. */
  List<Table> tables() {
    return Installation.tablesOf(rollups);
  }
}
