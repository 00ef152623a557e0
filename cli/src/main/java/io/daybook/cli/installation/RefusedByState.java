// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

/** What was asked for does not fit what is installed; the message says what to do first. */
public final class RefusedByState extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedByState(String message) {
    super(message);
  }
}
