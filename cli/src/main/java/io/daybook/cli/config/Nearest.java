// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** "Did you mean". */
final class Nearest {
  private static final int EDITS_MAX = 3;
  private static final int CHARACTERS_TO_AN_EDIT = 5;

  private Nearest() {}

  /** The candidate that the fewest edits make out of a word. */
  static String to(String word, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(candidate, word)))
        .orElseThrow();
  }

  /**
   * The candidate that a word is a misspelling of: it takes one edit in five characters at the
   * most, and no more than three.
   */
  static Optional<String> misspelt(String word, Collection<String> candidates) {
    int edits = Math.max(1, Math.min(EDITS_MAX, word.length() / CHARACTERS_TO_AN_EDIT));
    return Optional.of(to(word, candidates)).filter(each -> distance(each, word) <= edits);
  }

  /** Levenshtein's distance. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
