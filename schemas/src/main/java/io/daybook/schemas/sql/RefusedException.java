// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

/** Thrown where reading one SELECT cannot go on; collected into a {@link DefinitionException}. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;
  private final String remedy;

  public RefusedException(Place place, String message, String remedy) {
    super(message);
    this.place = place;
    this.remedy = remedy;
  }

  /** The same, of a file with this text. */
  public Problem in(String file, String text) {
    String line = text.lines().skip(place.line() - 1L).findFirst().orElse("");
    return new Problem(file, place, line, getMessage(), remedy);
  }
}
