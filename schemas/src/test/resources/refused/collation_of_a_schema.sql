-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:38 Syntax error at or near 'COLLATE'. | Paste the statement into psql: it must run there as it stands.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind COLLATE public."x" = 'a') AS n
FROM entry m
GROUP BY 1, 2
