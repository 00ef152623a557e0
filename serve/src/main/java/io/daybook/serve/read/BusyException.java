// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

/** As many live queries run as may; the same question can be asked again in a moment. */
public final class BusyException extends Exception {
  private static final long serialVersionUID = 1L;

  public BusyException(String message) {
    super(message);
  }
}
