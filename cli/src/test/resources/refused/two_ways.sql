-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 'm.body || m.body ->> 'k' = 'a'' can be read in two ways: Postgres reads (((m.body || m.body) ->> 'k'::text) = 'a'::text), Daybook (((m.body)::text || (m.body ->> 'k'::text)) = 'a'::text). | Write parentheses around its parts.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.body || m.body ->> 'k' = 'a') AS n
FROM entry m
GROUP BY 1, 2
