// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.util.ArrayList;
import java.util.List;

/**
 * Deals operations without replacement: between two shufflings every kind comes up as often as it
 * has cards, so that a kind is never missing by bad luck. Not thread-safe.
 */
final class Deck {
  private final Draw draw;
  private final List<LiveOperation> rest = new ArrayList<>();

  Deck(Draw draw) {
    this.draw = draw;
  }

  LiveOperation deal() {
    if (rest.isEmpty()) {
      for (LiveOperation operation : LiveOperation.values()) {
        for (int card = 0; card < operation.cards(); card++) {
          rest.add(operation);
        }
      }
    }
    return rest.remove(draw.below(rest.size()));
  }
}
