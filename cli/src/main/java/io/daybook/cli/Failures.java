// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a verb prints when it cannot go on. */
final class Failures {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** The messages from the outside in; the stack trace only for errors inside, in the log. */
  static void report(Throwable failure, PrintWriter err) {
    err.println("daybook: " + message(failure));
    String last = message(failure);
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (!last.contains(message(cause))) {
        err.println("  because: " + message(cause));
        last = message(cause);
      }
    }
    if (ExitCode.of(failure) == ExitCode.INTERNAL) {
      err.println("  the stack trace is in " + System.getProperty("daybook.logs", "the log"));
      log.info("failed", failure);
    }
    err.flush();
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
