// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

/**
 * A source that was captured before is at the moment not as the definitions need it. Somebody must
 * mend it, or the definitions; then capture goes on by itself.
 */
final class SourceUnfitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SourceUnfitException(FatalCaptureException cause) {
    super(cause.getMessage(), cause);
  }
}
