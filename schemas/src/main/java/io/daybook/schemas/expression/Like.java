// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

/**
 * {@code LIKE} with a backslash as escape, as Postgres matches it: a pattern that ends with the
 * escape is an error only where matching comes that far.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE">LIKE</a>
 */
final class Like {
  private static final int NO = 0;
  private static final int YES = 1;

  /** The text is at its end: no later start can match either. */
  private static final int NEVER = -1;

  private final int[] text;
  private final int[] pattern;

  private Like(String text, String pattern) {
    this.text = text.codePoints().toArray();
    this.pattern = pattern.codePoints().toArray();
  }

  static boolean matches(String text, String pattern) {
    return new Like(text, pattern).match(0, 0) == YES;
  }

  private int match(int fromText, int fromPattern) {
    int t = fromText;
    int p = fromPattern;
    if (pattern.length - p == 1 && pattern[p] == '%') {
      return YES;
    }
    while (t < text.length && p < pattern.length) {
      if (pattern[p] == '%') {
        return afterPercent(t, p + 1);
      }
      if (pattern[p] == '\\') {
        p = escaped(p);
        if (pattern[p] != text[t]) {
          return NO;
        }
      } else if (pattern[p] != '_' && pattern[p] != text[t]) {
        return NO;
      }
      t++;
      p++;
    }
    if (t < text.length) {
      return NO;
    }
    while (p < pattern.length && pattern[p] == '%') {
      p++;
    }
    return p == pattern.length ? YES : NEVER;
  }

  private int afterPercent(int fromText, int fromPattern) {
    int t = fromText;
    int p = fromPattern;
    while (p < pattern.length && (pattern[p] == '%' || pattern[p] == '_')) {
      if (pattern[p++] == '_') {
        if (t == text.length) {
          return NEVER;
        }
        t++;
      }
    }
    if (p == pattern.length) {
      return YES;
    }
    int first = pattern[p] == '\\' ? pattern[escaped(p)] : pattern[p];
    for (; t < text.length; t++) {
      if (text[t] == first) {
        int matched = match(t, p);
        if (matched != NO) {
          return matched;
        }
      }
    }
    return NEVER;
  }

  private int escaped(int p) {
    if (p + 1 == pattern.length) {
      throw new EvaluationException("LIKE pattern must not end with escape character");
    }
    return p + 1;
  }
}
