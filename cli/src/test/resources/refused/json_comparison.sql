-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:40 The constant '{}' cannot be read as jsonb. | Compare the text of a part: x ->> 'key' = 'value'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.body = '{}') AS n
FROM entry m
GROUP BY 1, 2
