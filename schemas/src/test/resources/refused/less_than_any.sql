-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:31 Not supported: 'm.n < ANY(m.numbers)'. | Supported are x = ANY (array) and x <> ALL (array).
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) FILTER (WHERE m.n < ANY (m.numbers)) AS n
FROM entry m
GROUP BY 1, 2
