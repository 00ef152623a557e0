// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import java.util.List;

/** One system under inspection: first by itself, then against what the definitions need. */
interface Inspection extends AutoCloseable {
  /** Reaches the system and looks at what needs no definition. */
  void alone();

  /** Looks at the rest; does nothing where the system could not be reached. */
  void against(Known known);

  Findings findings();

  /** What was found so far. */
  default List<Check> checks() {
    return findings().checks();
  }

  @Override
  void close();
}
