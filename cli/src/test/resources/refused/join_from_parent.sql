-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:17 Not supported: a join on m.parent_id, a column of which several rows of public.entry may have the same value. | Begin FROM with the child, public.entry: joins go to parents.
SELECT p.workspace AS workspace_id, m.at::date AS day, count(*) AS n
FROM parent p
JOIN entry m ON m.parent_id = p.id
GROUP BY 1, 2
