-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:42 Not supported: 'm.body #>> m.tags', a path that is no constant. | Write it as '{a,b}'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.body #>> m.tags = 'a') AS n
FROM entry m
GROUP BY 1, 2
