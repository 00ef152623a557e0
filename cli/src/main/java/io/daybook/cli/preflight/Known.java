// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Rollup;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rollups that everything is held against, as far as they are known.
 *
 * @param rollups that are installed, or are to be
 * @param changed definitions for which generations are to be built beside those
 */
record Known(List<Rollup> rollups, List<Rollup> changed) {
  Known {
    rollups = List.copyOf(rollups);
    changed = List.copyOf(changed);
  }

  /** Tables with the columns that any rollup uses. */
  List<Table> tables() {
    return Installation.tablesOf(Stream.concat(rollups.stream(), changed.stream()).toList());
  }
}
