-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: m.loose, a column with the nondeterministic collation public.any_case. | Under it different texts are equal; write m.loose COLLATE "C".
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.loose = 'a') AS n
FROM entry m
GROUP BY 1, 2
