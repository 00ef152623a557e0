// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

/** Another sink has taken a partition over: what this one was about to write is void. */
final class FencedException extends Exception {
  private static final long serialVersionUID = 1L;

  FencedException(String message) {
    super(message);
  }
}
