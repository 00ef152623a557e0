-- SPDX-License-Identifier: Apache-2.0
-- refused: 5:12 Not supported: the operator '^'.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       sum(m.x ^ 2) AS n
FROM entry m
GROUP BY 1, 2
