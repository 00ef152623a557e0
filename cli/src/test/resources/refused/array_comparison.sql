-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.tags = '{a}'', a comparison of text[] values. | Compare what they hold: x = ANY (array), x ->> 'key' = 'value'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.tags = '{a}') AS n
FROM entry m
GROUP BY 1, 2
