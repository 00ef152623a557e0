-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:18 Not supported: a join on p.name, which alone is neither the primary key of public.parent nor unique: a row could have several parents. | Join by one of [id], or make it unique first: CREATE UNIQUE INDEX ON "public"."parent" ("name"); whole, neither partial nor over an expression.
SELECT p.workspace AS workspace_id, m.at::date AS day, count(*) AS n
FROM entry m
JOIN parent p ON p.name = m.parent_name
GROUP BY 1, 2
