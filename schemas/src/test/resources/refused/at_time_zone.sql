-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.at AT TIME ZONE 'UTC' > '2024-01-01') AS n
FROM entry m
GROUP BY 1, 2
