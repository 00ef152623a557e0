// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.util.Map;

/**
 * How text columns are collated.
 *
 * @param columns the collation's name of each text column that has another than {@link #DEFAULT}:
 *     by the table's name as it is written in FROM, then by the column's
 * @param behaviours what those names and {@link #DEFAULT} stand for
 */
public record Collations(
    Map<String, Map<String, String>> columns, Map<String, Behaviour> behaviours) {
  /** The database's. */
  public static final String DEFAULT = "default";

  /** What a collation does that matters here. */
  public enum Behaviour {
    /** Orders by bytes, and knows only the letters of ASCII. */
    BYTES,
    /** Equal where the bytes are; its order and its letters are the operating system's or ICU's. */
    DETERMINISTIC,
    /** Different bytes may be equal. */
    NONDETERMINISTIC
  }

  /** The collation's name of a column of a table in FROM. */
  public String of(String written, String column) {
    return columns.getOrDefault(written, Map.of()).getOrDefault(column, DEFAULT);
  }

  public Behaviour behaviour(String name) {
    return name.equals("C") || name.equals("POSIX") ? Behaviour.BYTES : behaviours.get(name);
  }
}
