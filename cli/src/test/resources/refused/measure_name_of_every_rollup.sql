-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 The measure 'updated_at' has the name of a column of every rollup. | Measure names are unique within a rollup: rename it.
SELECT m.who AS workspace_id, m.at::date AS day,
       count(*) AS updated_at
FROM entry m
GROUP BY 1, 2
