-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:38 Not supported: 'INTERVAL '1 day''.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.at + interval '1 day' > m.till) AS n
FROM entry m
GROUP BY 1, 2
