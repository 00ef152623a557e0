// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

/** Names in SQL text. */
public final class Identifier {
  private Identifier() {}

  /** Always quoted, so that any name is safe. */
  public static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A string literal that is safe under {@code standard_conforming_strings}. */
  public static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** What Postgres makes of a name as it was written: folded unless it was quoted. */
  public static String fold(String written) {
    if (written.length() >= 2 && written.startsWith("\"") && written.endsWith("\"")) {
      return written.substring(1, written.length() - 1).replace("\"\"", "\"");
    }
    return written.toLowerCase(java.util.Locale.ROOT);
  }
}
