-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:8 Postgres says: function sum(text) does not exist | No function matches the given name and argument types. You might need to add explicit type casts.
SELECT m.who AS workspace_id, m.at::date AS day,
       sum(m.kind) AS total
FROM entry m
GROUP BY 1, 2
