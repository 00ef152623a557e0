-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.kind SIMILAR TO 'a|b''. | Supported are LIKE, ILIKE, = and IN.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.kind SIMILAR TO 'a|b') AS n
FROM entry m
GROUP BY 1, 2
