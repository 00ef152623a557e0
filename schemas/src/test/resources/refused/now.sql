-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 Not supported: the function now.
SELECT m.who AS workspace_id,
       now()::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2
