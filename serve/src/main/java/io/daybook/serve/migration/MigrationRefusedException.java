// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

/** The target database cannot be brought to what the definitions want; the message says the way. */
public final class MigrationRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MigrationRefusedException(String message) {
    super(message);
  }

  MigrationRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
