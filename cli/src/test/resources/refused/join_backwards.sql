-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:18 The join must compare a column of p with one of a table before it. | Write ON p.key = child.column.
SELECT p.workspace AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry m
JOIN parent p ON m.parent_id = m.n
GROUP BY 1, 2
