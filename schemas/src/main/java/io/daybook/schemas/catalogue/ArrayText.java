// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads an array's text form: {@code {a,"b, c",NULL}}, {@code {{1,2},{3,4}}}, {@code [0:1]={a,b}}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO">Array input and
 *     output syntax</a>
 */
public final class ArrayText {
  private final String text;
  private final List<String> elements = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private int at;

  private ArrayText(String text) {
    this.text = text;
  }

  /**
   * What an array holds.
   *
   * @param lengths of its dimensions, from the outermost; none where it is empty
   * @param elements in order, of all dimensions; null for NULL
   */
  public record Content(List<Integer> lengths, List<String> elements) {}

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException for one that is no array
   */
  public static Content parse(String text) {
    return new ArrayText(text).read();
  }

  private Content read() {
    int equals = text.indexOf('=');
    int brace = text.indexOf('{');
    at = equals >= 0 && equals < brace ? equals + 1 : 0;
    skipSpace();
    dimension(0);
    skipSpace();
    if (at != text.length()) {
      throw broken();
    }
    return new Content(elements.isEmpty() ? List.of() : lengths, elements);
  }

  private void dimension(int depth) {
    expect('{');
    if (lengths.size() == depth) {
      lengths.add(0);
    }
    int count = 0;
    skipSpace();
    if (peek() == '}') {
      at++;
      return;
    }
    do {
      skipSpace();
      if (peek() == '{') {
        dimension(depth + 1);
      } else {
        elements.add(peek() == '"' ? quoted() : plain());
      }
      count++;
      skipSpace();
    } while (accept(','));
    expect('}');
    lengths.set(depth, count);
  }

  private String quoted() {
    StringBuilder element = new StringBuilder();
    at++;
    while (peek() != '"') {
      if (peek() == '\\') {
        at++;
      }
      element.append(peek());
      at++;
    }
    at++;
    return element.toString();
  }

  private String plain() {
    StringBuilder element = new StringBuilder();
    int end = 0;
    while (peek() != ',' && peek() != '}') {
      boolean escaped = peek() == '\\';
      if (escaped) {
        at++;
      }
      element.append(peek());
      if (escaped || !Character.isWhitespace(peek())) {
        end = element.length();
      }
      at++;
    }
    element.setLength(end);
    if (end == 0) {
      throw broken();
    }
    String plain = element.toString();
    return plain.equalsIgnoreCase("NULL") ? null : plain;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw broken();
    }
    return text.charAt(at);
  }

  private boolean accept(char c) {
    boolean found = peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw broken();
    }
  }

  private IllegalArgumentException broken() {
    return new IllegalArgumentException(
        "'" + text + "' is no array (stopped at character " + (at + 1) + ")");
  }
}
