-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: IN with anything but a list. | Write IN (value, value, …).
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.x IN (SELECT 1)) AS n
FROM entry m
GROUP BY 1, 2
