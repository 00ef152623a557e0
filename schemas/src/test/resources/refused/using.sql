-- SPDX-License-Identifier: Apache-2.0
-- refused: 6:14 Not supported: 'JOIN other o USING (id)'. | Write [LEFT] JOIN parent p ON p.key = child.column.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m JOIN other o USING (id)
GROUP BY 1, 2
