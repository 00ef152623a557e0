// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.util.Map;

/**
 * One value that differs, all as Postgres prints them, numerics without trailing zeros.
 *
 * @param rollup its name
 * @param key key columns in order; a NULL dimension is null
 * @param column name of the measure, or {@value #WHOLE_ROW} where one side has no row for the key
 * @param rollupValue null for NULL; with {@value #WHOLE_ROW} the row's measures as {@code a=1,
 *     b=NULL}, or null for no row
 * @param liveValue likewise
 */
public record Difference(
    String rollup, Map<String, String> key, String column, String rollupValue, String liveValue) {
  public static final String WHOLE_ROW = "*";
}
