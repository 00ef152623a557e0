// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

/**
 * Where something stands in a definition file.
 *
 * @param line from 1
 * @param column from 1
 */
public record Place(int line, int column) {
  public static final Place START = new Place(1, 1);

  /** The place of the character at an index of a text. */
  static Place at(String text, int index) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(index, text.length()); i++) {
      boolean newline = text.charAt(i) == '\n';
      line = newline ? line + 1 : line;
      column = newline ? 1 : column + 1;
    }
    return new Place(line, column);
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
