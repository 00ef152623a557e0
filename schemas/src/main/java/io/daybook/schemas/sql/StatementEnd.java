// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

/** Takes the closing semicolon off a statement, and what comments follow it. */
final class StatementEnd {
  private StatementEnd() {}

  /**
   * The text up to its semicolon.
   *
   * @throws RefusedException where anything but comments follows it
   */
  static String strip(String text) {
    int end = -1;
    int at = 0;
    while (at < text.length()) {
      int next = next(text, at);
      boolean blank = Character.isWhitespace(text.charAt(at)) || isComment(text, at);
      if (end >= 0 && !blank) {
        throw new RefusedException(
            Place.at(text, at), "Not supported: a second statement.", "Write one SELECT a file.");
      }
      if (text.charAt(at) == ';') {
        end = at;
      }
      at = next;
    }
    return (end < 0 ? text : text.substring(0, end)).stripTrailing();
  }

  /** Where what begins here ends: a string, a quoted name, a comment or one character. */
  static int next(String text, int at) {
    String close =
        switch (text.charAt(at)) {
          case '\'' -> "'";
          case '"' -> "\"";
          default -> !isComment(text, at) ? null : text.charAt(at) == '-' ? "\n" : "*/";
        };
    if (close == null) {
      return at + 1;
    }
    int found = text.indexOf(close, at + (close.length() == 2 ? 2 : 1));
    return found < 0 ? text.length() : found + close.length();
  }

  static boolean isComment(String text, int at) {
    return text.startsWith("--", at) || text.startsWith("/*", at);
  }
}
