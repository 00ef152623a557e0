-- SPDX-License-Identifier: Apache-2.0
-- refused: 8:3 Not supported: ORDER BY. | Order when you read the rollup.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind IS DISTINCT FROM 'ORDER') AS n
FROM entry m
GROUP BY 1, 2
  ORDER BY day
