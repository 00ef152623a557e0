// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

/** The values of {@code numeric} that are no number, in Postgres' order around the finite ones. */
public enum SpecialNumber {
  NEGATIVE_INFINITY("-Infinity"),
  POSITIVE_INFINITY("Infinity"),
  /** Equal to itself and above all others, as Postgres sorts it. */
  NAN("NaN");

  private final String text;

  SpecialNumber(String text) {
    this.text = text;
  }

  /** Postgres' text form. */
  @Override
  public String toString() {
    return text;
  }
}
