// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a heartbeat says: the source's clock in microseconds, and hashes of the tables' shapes.
 *
 * @param clock read a round trip before the message was written
 * @param scope as in {@link SourceShapes}; null in messages that carry the clock only
 */
record Heartbeat(Instant clock, String scope, String fixed, String judged) {
  private static final Pattern CONTENT =
      Pattern.compile("([0-9]{1,18})(?: ([0-9a-f]{8}) ([0-9a-f]{16}) ([0-9a-f]{16}))?");

  /** Reads a message's content; null if it is none of ours. */
  static Heartbeat read(byte[] content) {
    if (content.length > 64) {
      return null;
    }
    Matcher words = CONTENT.matcher(new String(content, StandardCharsets.US_ASCII));
    if (!words.matches()) {
      return null;
    }
    long micros = Long.parseLong(words.group(1));
    return new Heartbeat(
        Instant.EPOCH.plus(micros, ChronoUnit.MICROS),
        words.group(2),
        words.group(3),
        words.group(4));
  }
}
