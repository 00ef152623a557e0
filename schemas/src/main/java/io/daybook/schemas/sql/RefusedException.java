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

  public Problem in(String file) {
    return new Problem(file, place, getMessage(), remedy);
  }
}
