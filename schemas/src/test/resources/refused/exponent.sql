-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:12 Not supported: the operator '^'. | Supported are columns, constants, = <> < <= > >=, AND OR NOT, IS [NOT] NULL / TRUE / FALSE / UNKNOWN / DISTINCT FROM, [NOT] IN (list), [NOT] BETWEEN, CASE, COALESCE, NULLIF, GREATEST, LEAST, + - * / %, ||, [NOT] LIKE and ILIKE, = ANY (array), -> ->> #>> of jsonb, casts, intervals, AT TIME ZONE 'name', extract, concat and the functions abs, array_length, btrim, cardinality, ceil, ceiling, char_length, character_length, date_trunc, floor, left, length, lower, ltrim, position, replace, right, round, rtrim, split_part, strpos, substr, substring, trunc, upper.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       sum(m.x ^ 2) AS n
FROM entry m
GROUP BY 1, 2
