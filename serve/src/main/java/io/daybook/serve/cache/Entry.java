// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.cache;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * An answer as it is kept.
 *
 * @param completeThrough commit time up to which it has everything
 * @param body what was sent
 */
public record Entry(Instant completeThrough, String body) {

  /** Microseconds since 1970, a line break, the body: the script that stores it compares times. */
  String text() {
    return micros(completeThrough) + "\n" + body;
  }

  /** What {@link #text} made; empty for anything else, and for null. */
  static Optional<Entry> parse(String text) {
    int end = text == null ? -1 : text.indexOf('\n');
    if (end < 0 || !text.substring(0, end).matches("\\d{1,18}")) {
      return Optional.empty();
    }
    Instant time = Instant.EPOCH.plus(Long.parseLong(text.substring(0, end)), ChronoUnit.MICROS);
    return Optional.of(new Entry(time, text.substring(end + 1)));
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
