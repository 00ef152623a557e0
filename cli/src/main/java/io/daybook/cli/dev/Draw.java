// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.UUID;

/** Seeded draws of the values that rows of the sample application hold. Not thread-safe. */
final class Draw {
  static final String[] STATUSES = {
    "new", "contacted", "contacted", "qualified", "meeting-booked", "not-interested", "blacklisted"
  };
  static final String[] SENTIMENTS = {
    "Interested",
    "Meeting Requested",
    "Call Requested",
    "Not Interested",
    "Not Interested",
    "Out of Office"
  };
  static final String[] INDUSTRIES = {"Software", "Retail", "Health", "Logistics", "Finance"};
  static final String[] HEADCOUNTS = {"1-10", "11-50", "51-200", "201-1000", "1000+"};
  static final String[] ZONES = {"Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC"};
  static final String[] CHANNELS = {"sms", "email", "email", "email", "linkedin"};
  static final String[] PROVIDERS = {"GHL", "CALENDLY"};
  static final String[] APPOINTMENT_STATUSES = {
    "CONFIRMED", "CANCELED", "RESCHEDULED", "SHOWED", "NO_SHOW"
  };

  /** Share of messages that carry HTML; it is longer than 8 kB and hardly compressible. */
  static final double HTML_SHARE = 0.02;

  private static final int HTML_RANDOM_BYTES = 6_600;
  private static final String[] WORDS =
      ("thanks for the quick call next week works we would like to see pricing before the demo can"
              + " you send over details about your team budget and timeline please let me know")
          .split(" ");

  private final SplittableRandom random;

  Draw(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The seed of one thing among many of the same kind: different inputs, unrelated outputs. */
  static long mix(long seed, long kind, long number) {
    return mix(mix(mix(seed) + kind) + number);
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The id of row {@code number} of a kind: a version-4 UUID that the seed decides. */
  static String id(long seed, long kind, long number) {
    long high = mix(seed, kind, number);
    long low = mix(high, kind, ~number);
    return new UUID(high & ~0xf000L | 0x4000L, low & ~(3L << 62) | (1L << 63)).toString();
  }

  String id() {
    return id(random.nextLong(), 0, 0);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A whole number from 0 up to, not including, {@code bound}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  double fraction() {
    return random.nextDouble();
  }

  long between(Duration least, Duration most) {
    return random.nextLong(least.toMillis(), most.toMillis());
  }

  String of(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of the choices, or null with the given probability. */
  String orNull(double nullProbability, String... choices) {
    return chance(nullProbability) ? null : of(choices);
  }

  /** About 200 bytes of text. */
  String body() {
    StringBuilder text = new StringBuilder(240);
    int length = 120 + random.nextInt(160);
    while (text.length() < length) {
      text.append(of(WORDS)).append(' ');
    }
    return text.append('.').toString();
  }

  /** Null mostly; else a document that Postgres stores out of line. */
  String html() {
    return chance(HTML_SHARE) ? document() : null;
  }

  String document() {
    byte[] noise = new byte[HTML_RANDOM_BYTES];
    random.nextBytes(noise);
    byte[] text = Base64.getEncoder().encode(noise);
    return "<html>" + new String(text, StandardCharsets.ISO_8859_1) + "</html>";
  }

  /** A response time in milliseconds, spread evenly over its magnitudes: 5 s to 3 days. */
  int responseMs() {
    double least = Math.log(5_000);
    double most = Math.log(Duration.ofDays(3).toMillis());
    return (int) Math.exp(least + fraction() * (most - least));
  }

  /** A time in the past, moved into the working hours of its day where that is not the future. */
  long workingHour(long timeMs, long nowMs) {
    long day = Math.floorDiv(timeMs, Duration.ofDays(1).toMillis());
    long ofDay = (long) ((7 + 6 * (fraction() + fraction())) * Duration.ofHours(1).toMillis());
    long moved = day * Duration.ofDays(1).toMillis() + ofDay;
    return moved <= nowMs ? moved : timeMs;
  }
}
