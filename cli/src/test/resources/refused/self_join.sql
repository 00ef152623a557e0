-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:6 Not supported: the table public.entry twice in one FROM. | Join each table once; a table joined with itself has no one row that changes.
SELECT m.who AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry m
JOIN entry o ON o.id = m.parent_id
GROUP BY 1, 2
