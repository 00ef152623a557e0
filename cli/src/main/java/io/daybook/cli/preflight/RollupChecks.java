// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.schemas.definition.Rollup;
import java.util.List;
import java.util.Optional;

/** The rollups of the folder beside those that are installed. */
final class RollupChecks {
  private static final String WHAT = "rollups";

  private final Scope scope;
  private final Findings findings = new Findings("definitions");

  RollupChecks(Scope scope) {
    this.scope = scope;
  }

  /**
   * Compares them.
   *
   * @param described those of the folder, as far as the source could be asked
   * @param installed those in Kafka, where it could be asked
   * @param explained whether it has been said why none is known
   */
  List<Check> run(List<Rollup> described, Optional<List<Rollup>> installed, boolean explained) {
    List<Rollup> present = installed.orElse(List.of());
    if (described.isEmpty() && present.isEmpty()) {
      String what = "none is known, so that tables and topics are not checked";
      findings.warning(
          WHAT, what, explained ? "# mend what blocks below" : "# run 'daybook migrate' first");
    } else if (installed.isPresent()) {
      described.forEach(each -> compare(each, present));
    }
    return findings.checks();
  }

  private void compare(Rollup wanted, List<Rollup> installed) {
    List<Rollup> present =
        installed.stream().filter(each -> each.name().equals(wanted.name())).toList();
    if (present.isEmpty() && !scope.migrate()) {
      findings.blocks(WHAT, wanted.name() + " is not installed", "# run 'daybook migrate' first");
    } else if (!present.isEmpty()
        && present.stream().noneMatch(each -> each.hash().equals(wanted.hash()))) {
      findings.ok(
          WHAT,
          "the definition of %s has changed; 'daybook plan' says what will happen"
              .formatted(wanted.name()));
    }
  }
}
