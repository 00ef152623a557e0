-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:8 The output column 'count(*)' has no name. | Add AS and a name: it becomes a column of the rollup table.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*)
FROM entry m
GROUP BY 1, 2
