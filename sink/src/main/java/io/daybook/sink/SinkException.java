// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

/** What a sink cannot get over by itself; the message says where it stopped and what to do. */
public final class SinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SinkException(String message) {
    super(message);
  }

  public SinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
