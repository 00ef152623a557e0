-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:20 Syntax error at or near '1'. | Paste the statement into psql: it must run there as it stands.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS 1 n
FROM entry m
GROUP BY 1, 2
