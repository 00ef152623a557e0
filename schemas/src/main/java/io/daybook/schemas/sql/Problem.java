// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

/**
 * One thing that is wrong with a definition.
 *
 * @param file as it was given, or the name of a rollup where no single file is to blame
 * @param place in it
 * @param message what it is and why
 * @param remedy what to write instead
 */
public record Problem(String file, Place place, String message, String remedy) {
  @Override
  public String toString() {
    return file + ":" + place + ": " + message + (remedy.isEmpty() ? "" : "\n    " + remedy);
  }
}
