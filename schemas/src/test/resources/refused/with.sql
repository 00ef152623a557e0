-- SPDX-License-Identifier: Apache-2.0
-- refused: 3:1 Not supported: WITH. | Write one plain SELECT.
WITH x AS (SELECT 1) SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2
