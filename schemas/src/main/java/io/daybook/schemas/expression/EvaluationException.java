// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

/**
 * An expression without a value: where Postgres raises an error too (overflow, division by zero,
 * bad cast), or over a value that could not be read.
 */
public class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EvaluationException(String message) {
    super(message);
  }
}
