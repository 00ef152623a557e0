-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'left(m.kind, 1)', which may mean "left"(date,integer). | Only Postgres' own functions are known; rename that one, or take its schema off the search_path.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE left(m.kind, 1) = 'a') AS n
FROM entry m
GROUP BY 1, 2
