-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:8 Not supported: 'avg(m.x)'. | Write sum(m.x) AS …, count(m.x) AS … and divide when you read the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       avg(m.x) AS n
FROM entry m
GROUP BY 1, 2
