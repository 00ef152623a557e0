// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.time.LocalDate;

/**
 * Reads dates and times in Postgres' and in ISO 8601 form: {@code 2026-01-31}, {@code 2026-01-31
 * 10:00:00.123}, {@code 2026-01-31T10:00:00.123Z}, {@code …+05:30}, {@code 0044-03-15 BC}, {@code
 * infinity}. Written by hand because every captured row passes here.
 */
final class TimestampText {
  private final String text;
  private int at;
  private long days;
  private long micros;

  private TimestampText(String text) {
    this.text = text;
  }

  /** As {@link SqlType.Kind#TIMESTAMP} holds it; a text without offset counts as UTC. */
  static long parse(String text) {
    return switch (text) {
      case "infinity" -> SqlText.TIME_INFINITY;
      case "-infinity" -> SqlText.TIME_NEGATIVE_INFINITY;
      default -> {
        TimestampText read = new TimestampText(text).read();
        long days = Math.subtractExact(read.days, SqlText.TIME_EPOCH_DAY);
        yield Math.addExact(Math.multiplyExact(days, SqlText.MICROS_PER_DAY), read.micros);
      }
    };
  }

  /** As {@link SqlType.Kind#DATE} holds it; like Postgres, leaves out time and offset. */
  static int parseDays(String text) {
    return switch (text) {
      case "infinity" -> SqlText.DATE_INFINITY;
      case "-infinity" -> SqlText.DATE_NEGATIVE_INFINITY;
      default -> Math.toIntExact(new TimestampText(text).read().days);
    };
  }

  private TimestampText read() {
    boolean minus = accept('-');
    accept('+');
    int year = (int) number();
    expect('-');
    int month = (int) number();
    expect('-');
    int day = (int) number();
    if (accept('T') || (at + 1 < text.length() && isDigit(at + 1) && accept(' '))) {
      micros = timeOfDay();
      micros -= offset() * 1_000_000;
    } else {
      accept('Z');
    }
    if (text.startsWith(" BC", at)) {
      at += 3;
      year = 1 - year;
    }
    if (at != text.length()) {
      throw broken();
    }
    days = LocalDate.of(minus ? -year : year, month, day).toEpochDay();
    return this;
  }

  private long timeOfDay() {
    long hours = number();
    expect(':');
    long minutes = number();
    long seconds = accept(':') ? number() : 0;
    long fraction = 0;
    if (accept('.')) {
      int start = at;
      fraction = number();
      for (int digits = at - start; digits < 6; digits++) {
        fraction *= 10;
      }
      for (int digits = at - start; digits > 6; digits--) {
        fraction /= 10;
      }
    }
    return (hours * 3600 + minutes * 60 + seconds) * 1_000_000 + fraction;
  }

  private long offset() {
    if (accept('Z')) {
      return 0;
    }
    boolean west = at < text.length() && text.charAt(at) == '-';
    if (!west && !(at < text.length() && text.charAt(at) == '+')) {
      return 0;
    }
    at++;
    long seconds = number() * 3600;
    if (accept(':')) {
      seconds += number() * 60;
    }
    if (accept(':')) {
      seconds += number();
    }
    return west ? -seconds : seconds;
  }

  private long number() {
    int start = at;
    long value = 0;
    while (at < text.length() && isDigit(at)) {
      value = value * 10 + (text.charAt(at++) - '0');
    }
    if (at == start || at - start > 18) {
      throw broken();
    }
    return value;
  }

  private boolean isDigit(int index) {
    char c = text.charAt(index);
    return c >= '0' && c <= '9';
  }

  private boolean accept(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw broken();
    }
  }

  private IllegalArgumentException broken() {
    return new IllegalArgumentException(
        "'" + text + "' is no date or timestamp (stopped at character " + (at + 1) + ")");
  }
}
