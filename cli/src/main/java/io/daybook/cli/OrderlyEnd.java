// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into an end in order. Whoever is asked to end and does has done what was
 * asked: exit code 0, where the JVM by itself would say 143.
 */
final class OrderlyEnd implements AutoCloseable {
  private static final long END_WITHIN_SECONDS = 60;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::endAndWait, "end");

  private OrderlyEnd() {}

  static OrderlyEnd begin() {
    OrderlyEnd end = new OrderlyEnd();
    Runtime.getRuntime().addShutdownHook(end.hook);
    return end;
  }

  /** Waits that long for the signal; true when it has come. */
  boolean await(long millis) throws InterruptedException {
    return asked.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Says that all has ended: after the signal the process ends now, without it nothing happens. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException signalled) {
      ended.countDown();
    }
  }

  private void endAndWait() {
    asked.countDown();
    int code = ExitCode.INTERNAL;
    try {
      if (ended.await(END_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        code = ExitCode.TRUE;
      } else {
        System.err.println("daybook: not everything has ended within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }
}
