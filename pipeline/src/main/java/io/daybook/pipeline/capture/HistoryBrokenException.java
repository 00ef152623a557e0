// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

/** What the slot sends does not continue what was captured: only a new snapshot heals it. */
final class HistoryBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HistoryBrokenException(String message) {
    super(message);
  }
}
