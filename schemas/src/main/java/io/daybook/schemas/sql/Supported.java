// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.Set;

/** The subset in words, for messages. */
final class Supported {
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

  static final String EXPRESSIONS =
      "Supported are columns, constants, = <> < <= > >=, AND OR NOT, IS [NOT] NULL / TRUE / FALSE"
          + " / UNKNOWN / DISTINCT FROM, [NOT] IN (list), [NOT] BETWEEN, CASE, COALESCE, NULLIF,"
          + " + - *, and casts.";

  static final String AGGREGATE_CALLS =
      "Supported are count(*), count(x) and sum(x), each with FILTER (WHERE …).";

  private Supported() {}
}
