-- SPDX-License-Identifier: Apache-2.0
-- refused: 6:13 Not supported: 'other o'. | Write [LEFT] JOIN parent p ON p.key = child.column.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m, other o
GROUP BY 1, 2
