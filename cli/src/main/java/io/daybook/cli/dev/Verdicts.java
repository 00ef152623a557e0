// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import io.daybook.serve.verification.Verification;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verifies again and again beside the load, and remembers the last verdict. */
final class Verdicts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Verdicts.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** One verification. */
  interface Check {
    Verification run() throws SQLException, InterruptedException;
  }

  private final Check check;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "verdicts");
  private volatile String last = "not yet";

  private Verdicts(Check check) {
    this.check = check;
  }

  static Verdicts start(Check check) {
    Verdicts verdicts = new Verdicts(check);
    verdicts.thread.start();
    return verdicts;
  }

  /** In words, with its time. */
  String last() {
    return last;
  }

  private void run() {
    try {
      while (!stop.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        String verdict;
        try {
          Verification result = check.run();
          verdict =
              "%s, %,d rows compared, %d differences, %d undecided"
                  .formatted(
                      result.verdict(),
                      result.rowsCompared(),
                      result.differenceCount(),
                      result.undecided());
        } catch (SQLException e) {
          log.warn("verification failed", e);
          verdict = "failed: " + e.getMessage();
        }
        last = verdict + " at " + LocalTime.now().truncatedTo(ChronoUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.interrupt();
    thread.join();
  }
}
