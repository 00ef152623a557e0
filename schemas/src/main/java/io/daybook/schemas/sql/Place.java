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

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
