// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** "Did you mean". */
final class Nearest {
  private Nearest() {}

  /** The candidate that the fewest edits make out of a word. */
  static String to(String word, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(candidate, word)))
        .orElseThrow();
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
