// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

/** Capture stops and must not start again by itself: trying again cannot help, or would harm. */
public final class FatalCaptureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FatalCaptureException(String message) {
    super(message);
  }

  FatalCaptureException(String message, Throwable cause) {
    super(message, cause);
  }
}
