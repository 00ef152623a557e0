// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

/** A change event of which nothing can be used. */
final class UnreadableEventException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableEventException(String message, Throwable cause) {
    super(message, cause);
  }
}
