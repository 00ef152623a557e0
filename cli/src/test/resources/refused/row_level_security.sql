-- SPDX-License-Identifier: Apache-2.0
-- refused: 4:6 Not supported: row-level security filters the table secured for this role. | It filters what is read but not what is replicated, so the two would differ: let the role of source.uri bypass it (ALTER ROLE … BYPASSRLS).
SELECT m.who AS workspace_id, m.at AS day, count(*) AS n
FROM secured m
GROUP BY 1, 2
