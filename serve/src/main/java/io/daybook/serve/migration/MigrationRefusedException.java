// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

/** The target database cannot be brought to what the definitions want; the message says the way. */
public final class MigrationRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String remedy;

  MigrationRefusedException(String message) {
    this(message, "", null);
  }

  MigrationRefusedException(String message, Throwable cause) {
    this(message, "", cause);
  }

  private MigrationRefusedException(String what, String remedy, Throwable cause) {
    super(remedy.isEmpty() ? what : what + ": " + remedy, cause);
    this.what = what;
    this.remedy = remedy;
  }

  static MigrationRefusedException with(String what, String remedy) {
    return new MigrationRefusedException(what, remedy, null);
  }

  /** Why, without the way out. */
  public String what() {
    return what;
  }

  /** The way out; empty where the reason says it. */
  public String remedy() {
    return remedy;
  }
}
