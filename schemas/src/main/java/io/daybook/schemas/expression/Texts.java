// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

/**
 * Postgres' functions on text that do not depend on a collation. Characters are code points.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-string.html">String functions</a>
 */
final class Texts {
  private Texts() {}

  static long length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Without the characters of {@code set} at its ends. */
  static String trim(String text, String set, boolean start, boolean end) {
    int from = 0;
    int to = text.length();
    while (start && from < to && set.indexOf(text.codePointAt(from)) >= 0) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (end && to > from && set.indexOf(text.codePointBefore(to)) >= 0) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  /** From the {@code start}-th character on, which may lie before the first. */
  static String substring(String text, long start) {
    return slice(text, start - 1, Long.MAX_VALUE);
  }

  static String substring(String text, long start, long count) {
    if (count < 0) {
      throw new EvaluationException("negative substring length not allowed");
    }
    return slice(text, start - 1, start - 1 + count);
  }

  static String left(String text, long count) {
    return slice(text, 0, count < 0 ? length(text) + count : count);
  }

  static String right(String text, long count) {
    return slice(text, count < 0 ? -count : length(text) - count, Long.MAX_VALUE);
  }

  /** Characters from {@code from}, counted from 0, up to before {@code to}. */
  private static String slice(String text, long from, long to) {
    long length = length(text);
    int first = (int) Math.max(0, Math.min(from, length));
    int last = (int) Math.max(first, Math.min(to, length));
    int begin = text.offsetByCodePoints(0, first);
    return text.substring(begin, text.offsetByCodePoints(begin, last - first));
  }

  /** Place of the first occurrence, from 1; 0 for none. */
  static long position(String text, String part) {
    int found = text.indexOf(part);
    return found < 0 ? 0 : text.codePointCount(0, found) + 1;
  }

  static String replace(String text, String from, String to) {
    return from.isEmpty() ? text : text.replace(from, to);
  }

  /** The {@code number}-th field, from 1, or from the end where negative; empty for none. */
  static String splitPart(String text, String delimiter, long number) {
    if (number == 0) {
      throw new EvaluationException("field position must not be zero");
    }
    if (text.isEmpty()) {
      return "";
    }
    if (delimiter.isEmpty()) {
      return number == 1 || number == -1 ? text : "";
    }
    return number > 0
        ? field(text, delimiter, number)
        : fieldFromEnd(text, delimiter, Math.negateExact(number));
  }

  private static String field(String text, String delimiter, long number) {
    int from = 0;
    for (long i = 1; i < number; i++) {
      int next = text.indexOf(delimiter, from);
      if (next < 0) {
        return "";
      }
      from = next + delimiter.length();
    }
    int end = text.indexOf(delimiter, from);
    return text.substring(from, end < 0 ? text.length() : end);
  }

  /** Fields are cut from the start, so that those of overlapping delimiters are the same. */
  private static String fieldFromEnd(String text, String delimiter, long number) {
    long fields = 1;
    for (int at = text.indexOf(delimiter);
        at >= 0;
        at = text.indexOf(delimiter, at + delimiter.length())) {
      fields++;
    }
    return number > fields ? "" : field(text, delimiter, fields - number + 1);
  }
}
