-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 Not supported: groups of jsonb, as 'part' has. | Group by a number, a text, a uuid, a date or a boolean.
SELECT m.who AS workspace_id, m.at::date AS day,
       m.body -> 'a' AS part,
       count(*) AS n
FROM entry m
GROUP BY 1, 2, 3
