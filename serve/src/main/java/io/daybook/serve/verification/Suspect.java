// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.util.List;
import java.util.Objects;

/**
 * A key that differed, from round to round.
 *
 * <p>One more look that differs proves nothing while rows change: the rollup may be ahead of the
 * snapshot, and a live value may have gone and come back between two looks. So each round reads the
 * live value before and after the rollup's. It is equal when the rollup shows either of the two; it
 * differs for certain when the live value held still, on both sides, through {@value #PROOF} rounds
 * in a row. What is neither after the last round is undecided.
 */
final class Suspect {
  private static final int PROOF = 3;

  private Observation last;
  private List<String> liveAfter;
  private int roundsHeldStill;

  Suspect(Observation first) {
    this.last = first;
    this.liveAfter = first.live();
  }

  /** What the latest round saw. */
  Observation last() {
    return last;
  }

  /**
   * Takes in a round.
   *
   * @param next both sides, the live one read before the rollup
   * @param after the live measures once more, read after the rollup
   */
  void observe(Observation next, List<String> after) {
    boolean heldStill =
        Objects.equals(liveAfter, next.live()) && Objects.equals(next.live(), after);
    roundsHeldStill = heldStill ? roundsHeldStill + 1 : 0;
    last = next;
    liveAfter = after;
  }

  /** Whether the latest round saw the rollup with a value of the live query. */
  boolean isEqual() {
    return last.isEqual() || Objects.equals(last.rollup(), liveAfter);
  }

  boolean isProven() {
    return roundsHeldStill >= PROOF;
  }
}
