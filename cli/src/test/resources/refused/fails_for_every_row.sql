-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:37 '1 / 0' fails for every row: division by zero. | Postgres evaluates what has no column in it before it looks at a row.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.n > 1 / 0) AS n
FROM entry m
GROUP BY 1, 2
