// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what Redis has lost and what was done about it. Keys that are evicted one by one are logged
 * once a minute, with all since the last time.
 */
final class LossReport {
  private static final Logger LOG = LoggerFactory.getLogger(LossReport.class);
  private static final Duration KEYS_EVERY = Duration.ofMinutes(1);

  private final Clock clock;
  private Instant keysLogged = Instant.MIN;
  private long keysSince;
  private volatile SinkStatus.Problem last;

  LossReport(Clock clock) {
    this.clock = clock;
  }

  /** In one sentence; without any versions there was nothing to lose. */
  String lifted(Loss loss, int versions) {
    String what = words(loss, versions);
    if (versions > 0) {
      Instant now = clock.instant();
      last = new SinkStatus.Problem(what, now);
      if (loss != Loss.KEYS) {
        LOG.warn("{}", what);
      } else {
        keysSince += versions;
        if (now.minus(KEYS_EVERY).isAfter(keysLogged)) {
          LOG.warn("{}", words(loss, keysSince));
          keysLogged = now;
          keysSince = 0;
        }
      }
    }
    return what;
  }

  Optional<SinkStatus.Problem> last() {
    return Optional.ofNullable(last);
  }

  private static String words(Loss loss, long versions) {
    return String.format(Locale.ROOT, "%s: %,d versions lifted", loss, versions);
  }
}
