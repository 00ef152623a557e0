-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Postgres says: column m.nonsense does not exist | Run the statement in psql: it must run there as it stands.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.nonsense = 1) AS n
FROM entry m
GROUP BY 1, 2
