-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:8 The measure 'n' has the name of a measure of f. | Measure names are unique within a rollup: rename it.
SELECT m.who AS workspace_id, m.at::date AS day,
       count(*) AS n,
       sum(m.n) AS n
FROM entry m
GROUP BY 1, 2
