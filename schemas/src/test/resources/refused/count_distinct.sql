-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:8 Not supported: 'count(DISTINCT m.x)'. | Such a measure stays in the live query for now. Supported are count(*), count(x) and sum(x), each with FILTER (WHERE …).
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(DISTINCT m.x) AS n
FROM entry m
GROUP BY 1, 2
