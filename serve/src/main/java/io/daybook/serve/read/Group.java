// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What days are added up to. */
public enum Group {
  /** Each by itself. */
  DAY("r.day"),
  /** From Monday on, under the date of the Monday. */
  WEEK("date_trunc('week', r.day::timestamp)::date"),
  /** Under its first day. */
  MONTH("date_trunc('month', r.day::timestamp)::date"),
  /** All of them. */
  TOTAL(null);

  private final String sql;

  Group(String sql) {
    this.sql = sql;
  }

  /** The period of a row {@code r} in SQL; null where there is only one. */
  String sql() {
    return sql;
  }

  /** As users write it, and the name of the period in an answer. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what users write.
   *
   * @throws IllegalArgumentException with what it may be
   */
  public static Group parse(String text) {
    for (Group each : values()) {
      if (each.text().equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "'%s' should be one of %s"
            .formatted(
                text, Arrays.stream(values()).map(Group::text).collect(Collectors.joining(", "))));
  }
}
