-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: LIKE with ESCAPE. | Escape with a backslash, as by default.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind LIKE 'a!%' ESCAPE '!') AS n
FROM entry m
GROUP BY 1, 2
