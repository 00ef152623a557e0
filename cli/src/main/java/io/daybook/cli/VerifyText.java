// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.serve.verification.Difference;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.util.ArrayList;
import java.util.List;

/** How {@code verify} shows what it found. */
final class VerifyText {
  private static final List<String> AFTER_DRIFT =
      List.of(
          "What capture missed is healed by a new snapshot: 'daybook run --resnapshot', once."
              + " Readers get the live query until it has been read and verified.",
          "Rows that were changed by hand in the rollup table are rewritten when their cell changes"
              + " next.");

  private VerifyText() {}

  static List<String> lines(Verification result) {
    List<String> lines = new ArrayList<>();
    for (Difference each : result.differences()) {
      lines.add(
          "%s %s %s: rollup %s, live %s"
              .formatted(
                  each.rollup(), each.key(), each.column(), each.rollupValue(), each.liveValue()));
    }
    if (result.differenceCount() > result.differences().size()) {
      lines.add("… the first " + result.differences().size() + " are shown");
    }
    lines.addAll(result.reasons());
    if (result.verdict() == Verdict.DRIFT) {
      lines.addAll(AFTER_DRIFT);
    }
    lines.add(
        "%s: %d rows compared, %d looked at again, %d differences, %d excused, %d undecided"
            .formatted(
                result.verdict(),
                result.rowsCompared(),
                result.rechecked(),
                result.differenceCount(),
                result.excused(),
                result.undecided()));
    return lines;
  }
}
