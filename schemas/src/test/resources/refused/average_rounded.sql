-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:14 Not supported: the aggregate avg inside an expression. | Write sum(m.x) AS …, count(m.x) AS … and divide when you read the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       round(avg(m.x), 2) AS n
FROM entry m
GROUP BY 1, 2
