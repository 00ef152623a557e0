-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:45 Postgres says: malformed array literal: "{{a,b}" | Run the statement in psql: it must run there as it stands.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind = ANY ('{{a,b}')) AS n
FROM entry m
GROUP BY 1, 2
