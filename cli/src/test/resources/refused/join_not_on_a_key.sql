-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:18 Not supported: a join on p.name, which is not the primary key of public.parent. | Join a parent by its primary key [id].
SELECT p.workspace AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry m
JOIN parent p ON p.name = m.parent_name
GROUP BY 1, 2
