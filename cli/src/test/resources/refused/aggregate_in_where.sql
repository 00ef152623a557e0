-- SPDX-License-Identifier: Apache-2.0
-- refused: 7:7 Not supported: the aggregate count inside an expression. | An aggregate stands alone as an output column: count(…) AS a_name; combine such columns when you read the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE true) AS n
FROM entry m
WHERE count(*) > 1
GROUP BY 1, 2
