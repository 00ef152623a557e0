-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:17 Not supported: a join on m.loose, which has the nondeterministic collation public.any_case. | Under it different texts are equal; join on a key without it.
SELECT m.who AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry m
JOIN label l ON m.loose = l.code
GROUP BY 1, 2
