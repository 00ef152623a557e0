-- SPDX-License-Identifier: Apache-2.0
-- refused: 8:1 Not supported: ORDER BY. | Order when you read the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2
ORDER BY 1
