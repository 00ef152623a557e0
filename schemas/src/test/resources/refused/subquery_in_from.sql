-- SPDX-License-Identifier: Apache-2.0
-- refused: 6:6 Not supported: '(SELECT 1) m' in FROM. | Name a table, without subquery.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM (SELECT 1) m
GROUP BY 1, 2
