// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Base64;
import java.util.Random;
import java.util.function.Function;

/**
 * A column that random statements write, and how its values are drawn. Values are text as Postgres
 * reads it; null is NULL.
 *
 * @param type the type to cast to in statements
 * @param parent the table that a foreign key points to; null for other columns
 */
record RandomColumn(
    String name,
    String type,
    RandomTable parent,
    boolean nullable,
    Function<Random, String> values) {
  private static final double NULL_SHARE = 0.25;
  private static final LocalDate FIRST_COMMON_DAY = LocalDate.of(2025, 2, 1);
  private static final int COMMON_DAYS = 64;
  private static final LocalDate FIRST_DAY = LocalDate.of(2019, 1, 1);
  private static final int DAYS = 4_383;

  static RandomColumn key(String name, RandomTable parent) {
    return new RandomColumn(name, "text", parent, false, random -> null);
  }

  static RandomColumn text(String name, String... choices) {
    return new RandomColumn(name, "text", null, false, random -> of(random, choices));
  }

  static RandomColumn choice(String name, String type, String... choices) {
    return new RandomColumn(name, type, null, false, random -> of(random, choices));
  }

  static RandomColumn time(String name) {
    return new RandomColumn(name, "timestamp(3)", null, false, RandomColumn::time);
  }

  static RandomColumn millis(String name) {
    return new RandomColumn(name, "integer", null, false, RandomColumn::millis);
  }

  /** Null, a short text, or one that is stored out of line. */
  static RandomColumn html(String name) {
    return new RandomColumn(name, "text", null, true, RandomColumn::html);
  }

  RandomColumn orNull() {
    return new RandomColumn(name, type, parent, true, values);
  }

  String quoted() {
    return '"' + name + '"';
  }

  /** A value for a column that is no foreign key. */
  String value(Random random) {
    return nullable && random.nextDouble() < NULL_SHARE ? null : values.apply(random);
  }

  private static String of(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static String time(Random random) {
    LocalDate day =
        random.nextInt(5) == 0
            ? FIRST_DAY.plusDays(random.nextInt(DAYS))
            : FIRST_COMMON_DAY.plusDays(random.nextInt(COMMON_DAYS));
    LocalTime time =
        switch (random.nextInt(10)) {
          case 0 -> LocalTime.MIDNIGHT;
          case 1 -> LocalTime.of(23, 59, 59, 999_000_000);
          default -> LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L);
        };
    return LocalDateTime.of(day, time).toString();
  }

  /** Response times, often at the very edges of the speeds that are told apart. */
  private static String millis(Random random) {
    int[] edges = {0, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000};
    int edge = edges[random.nextInt(edges.length)];
    int drawn =
        switch (random.nextInt(4)) {
          case 0 -> edge;
          case 1 -> Math.max(0, edge - 1);
          case 2 -> Integer.MAX_VALUE - random.nextInt(1_000);
          default -> (int) Math.exp(random.nextDouble() * 19);
        };
    return Integer.toString(drawn);
  }

  private static String html(Random random) {
    if (random.nextInt(20) > 0) {
      return "<p>" + random.nextInt(100) + "</p>";
    }
    byte[] noise = new byte[6_600];
    random.nextBytes(noise);
    return Base64.getEncoder().encodeToString(noise);
  }
}
