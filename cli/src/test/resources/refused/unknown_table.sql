-- SPDX-License-Identifier: Apache-2.0
-- refused: 6:6 Postgres says: relation "missing" does not exist | Run the statement in psql: it must run there as it stands.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind = 'a') AS n
FROM missing m
GROUP BY 1, 2
