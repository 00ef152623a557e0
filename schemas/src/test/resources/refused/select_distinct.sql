-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:8 Not supported: SELECT DISTINCT. | GROUP BY makes rows distinct.
SELECT DISTINCT m.who AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry m
GROUP BY 1, 2
