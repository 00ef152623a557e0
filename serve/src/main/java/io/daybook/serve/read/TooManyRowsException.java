// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

/** An answer that would be larger than one may be. */
public final class TooManyRowsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param most and what of it, in words
   */
  public TooManyRowsException(String most) {
    super(
        "the answer has more than %s: ask for fewer days, dimensions or measures, or add days up"
            .formatted(most));
  }
}
