// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

/** The embedded servers cannot start or stop; the message says which, why and what to do. */
public final class StackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StackException(String message) {
    super(message);
  }

  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
