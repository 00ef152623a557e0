-- SPDX-License-Identifier: Apache-2.0
-- refused: 8:1 Not supported: LIMIT. | A rollup holds every group.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2
LIMIT 10
