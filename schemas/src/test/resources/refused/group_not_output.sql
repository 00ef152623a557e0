-- SPDX-License-Identifier: Apache-2.0
-- refused: 7:16 GROUP BY 'm.kind' is not among the output columns.
SELECT m.who AS workspace_id,
       m.at::date AS day,
       count(*) AS n
FROM entry m
GROUP BY 1, 2, m.kind
