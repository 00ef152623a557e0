-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:38 Not supported: 'INTERVAL '1' month'. | Write the units inside: interval '1 day 02:00'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.at + interval '1' month > m.till) AS n
FROM entry m
GROUP BY 1, 2
