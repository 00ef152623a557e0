// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

/** Finds the words of a statement that begin its clauses; the parser keeps no places of them. */
final class Keywords {
  private Keywords() {}

  /** Where a word first stands outside of parentheses; where the statement begins if nowhere. */
  static Place find(String sql, String word) {
    int depth = 0;
    int first = -1;
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      boolean blank = Character.isWhitespace(c) || StatementEnd.isComment(sql, at);
      if (first < 0 && !blank) {
        first = at;
      }
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (!Character.isJavaIdentifierStart(c)) {
        at = StatementEnd.next(sql, at);
        continue;
      }
      int end = endOfWord(sql, at);
      if (depth == 0 && sql.substring(at, end).equalsIgnoreCase(word)) {
        return Place.at(sql, at);
      }
      at = end;
    }
    return Place.at(sql, Math.max(first, 0));
  }

  private static int endOfWord(String sql, int start) {
    int end = start + 1;
    while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
      end++;
    }
    return end;
  }
}
