-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:8 Not supported: the aggregate sum inside an expression. | An aggregate stands alone as an output column: sum(…) AS a_name; combine such columns when you read the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       sum(m.x) * 2 AS n
FROM entry m
GROUP BY 1, 2
