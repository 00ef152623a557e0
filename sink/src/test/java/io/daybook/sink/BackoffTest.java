// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // a clock may wrap
  private final Backoff backoff = new Backoff(Duration.ofMillis(350), nanos::get);

  @Test
  void doublesUpToItsLimitAndBeginsAnewAfterASuccess() {
    assertEquals(Duration.ofMillis(100), backoff.failed());
    assertEquals(Duration.ofMillis(200), backoff.failed());
    assertEquals(Duration.ofMillis(350), backoff.failed());
    assertEquals(Duration.ofMillis(350), backoff.failed());
    backoff.succeeded();
    assertEquals(Duration.ofMillis(100), backoff.failed());
  }

  @Test
  void isDueWhenTheWaitIsOver() {
    assertEquals(Duration.ZERO, backoff.remaining());
    backoff.failed();
    nanos.addAndGet(Duration.ofMillis(40).toNanos());
    assertEquals(Duration.ofMillis(60), backoff.remaining());
    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertEquals(Duration.ZERO, backoff.remaining());
  }
}
