// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.Set;
import java.util.TreeSet;

/** The subset in words, for messages. */
public final class Supported {
  static final Set<String> AGGREGATES =
      Set.of(
          "count",
          "sum",
          "avg",
          "min",
          "max",
          "bool_or",
          "bool_and",
          "every",
          "array_agg",
          "string_agg",
          "json_agg",
          "jsonb_agg",
          "stddev",
          "variance");

  /** Functions that are known well for what a rollup cannot use; any other name is refused too. */
  static final Set<String> NOT_FOR_ROWS =
      Set.of(
          "now",
          "random",
          "clock_timestamp",
          "statement_timestamp",
          "transaction_timestamp",
          "timeofday",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "nextval",
          "currval",
          "current_setting",
          "txid_current",
          "pg_sleep",
          "to_char",
          "to_date",
          "to_timestamp");

  /** Functions with no syntax of their own. */
  public static final Set<String> FUNCTIONS =
      Set.of(
          "abs",
          "array_length",
          "cardinality",
          "lower",
          "position",
          "upper",
          "btrim",
          "ceil",
          "ceiling",
          "char_length",
          "character_length",
          "date_trunc",
          "floor",
          "left",
          "length",
          "ltrim",
          "replace",
          "right",
          "round",
          "rtrim",
          "split_part",
          "strpos",
          "substr",
          "substring",
          "trunc");

  static final String EXPRESSIONS =
      "Supported are columns, constants, = <> < <= > >=, AND OR NOT, IS [NOT] NULL / TRUE / FALSE"
          + " / UNKNOWN / DISTINCT FROM, [NOT] IN (list), [NOT] BETWEEN, CASE, COALESCE, NULLIF,"
          + " GREATEST, LEAST, + - * / %, ||, [NOT] LIKE and ILIKE, = ANY (array), -> ->> #>> of jsonb,"
          + " casts, intervals, AT TIME ZONE 'name', extract, concat and the functions "
          + String.join(", ", new TreeSet<>(FUNCTIONS))
          + ".";

  static final String AGGREGATE_CALLS =
      "Supported are count(*), count(x) and sum(x), each with FILTER (WHERE …).";

  /**
   * What to write for an aggregate call that is not supported.
   *
   * @param argument what it is called with; null where that is not one plain expression
   */
  static String insteadOf(String function, Object argument) {
    if (function.equals("avg") && argument != null) {
      return "Write sum(%1$s) AS …, count(%1$s) AS … and divide when you read the rollup."
          .formatted(argument);
    }
    return "Such a measure stays in the live query for now. " + AGGREGATE_CALLS;
  }

  private Supported() {}
}
