// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

/** An expression for which Postgres raises an error too: overflow, division by zero, bad cast. */
public class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EvaluationException(String message) {
    super(message);
  }
}
