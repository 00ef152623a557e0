// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

/**
 * One thing that is wrong with a definition.
 *
 * @param file as it was given, or the name of a rollup where no single file is to blame
 * @param place in it
 * @param line the text of that line; empty where no line is to blame
 * @param message what it is and why
 * @param remedy what to write instead
 */
public record Problem(String file, Place place, String line, String message, String remedy) {
  private static final String INDENT = "\n    ";

  /** One that is of no line in particular. */
  public Problem(String file, Place place, String message, String remedy) {
    this(file, place, "", message, remedy);
  }

  /** As compilers print it: what, then the line with a caret under the place, then the way out. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    boolean placed = !line.isEmpty() || !place.equals(Place.START);
    text.append(placed ? ":" + place + ": " : ": ").append(message);
    if (!line.isEmpty()) {
      text.append(INDENT).append(line).append(INDENT).append(beforeCaret()).append('^');
    }
    return remedy.isEmpty() ? text.toString() : text.append(INDENT).append(remedy).toString();
  }

  /** As wide as what stands before the place, tabs included. */
  private String beforeCaret() {
    int before = Math.min(place.column() - 1, line.length());
    return line.substring(0, before).replaceAll("[^\\t]", " ");
  }
}
